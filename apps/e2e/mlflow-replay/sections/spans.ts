import { each, get, of, raw, type Section, type Step } from '../replay-case.js';
import { traced } from './traces.js';

const V3 = { mount: '/api/3.0' } as const;
const HEADERS = { 'content-type': 'application/json', 'x-mlflow-experiment-id': '<exp>' };
const value = (inner: object) => ({ value: inner });
export const attribute = (key: string, inner: object) => ({ key, ...value(inner) });
const SPAN = { spanId: '00000000000000a1', name: 'root', kind: 1, startTimeUnixNano: '1700000000123456789', endTimeUnixNano: '1700000001623456789', status: { code: 1 } };

/** 32 hexadecimal digits. */
export const traceOf = (number: number) => number.toString(16).padStart(32, '0');

/** Spans in OTLP's JSON. */
export const exported = (spans: readonly object[], headers: Readonly<Record<string, string>> = {}, resource: readonly object[] = [attribute('service.name', { stringValue: 'svc' })]): Step =>
  raw('POST', '/v1/traces', JSON.stringify({ resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ spans }] }] }), { headers: { ...HEADERS, ...headers } });

let last = 0x5000;
const nextTrace = () => traceOf((last += 1));
const seen = (id: string): Step[] => [get('/mlflow/traces/get', { trace_id: `tr-${id}`, allow_partial: 'true' }, V3), get(`/mlflow/traces/tr-${id}`, {}, V3), get('/mlflow/get-trace-artifact', { request_id: `tr-${id}` }, { mount: '/ajax-api/3.0' })];
const one = (part: object): Step[] => {
  const traceId = nextTrace();
  return [exported([{ traceId, ...SPAN, ...part }]), ...seen(traceId)];
};
const many = (...parts: object[]): Step[] => {
  const traceId = nextTrace();
  return [exported(parts.map((part, index) => ({ traceId, ...SPAN, spanId: `00000000000000a${index + 1}`, ...(index === 0 ? {} : { parentSpanId: SPAN.spanId, name: `child ${index}` }), ...part }))), ...seen(traceId)];
};
const text = (stringValue: string) => ({ stringValue });
const otlp = (title: string, body: string, headers: Readonly<Record<string, string>> = {}) => of(title, raw('POST', '/v1/traces', body, { headers: { ...HEADERS, ...headers } }));

export const spans: Section = {
  name: 'spans',
  setup: [
    { verb: 'POST', path: '/mlflow/experiments/create', body: { name: 'of spans' }, bind: { exp: 'experiment_id' } },
    { verb: 'POST', path: '/mlflow/runs/create', body: { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, bind: { run: 'run.info.run_id' } },
  ],
  cases: [
    ...each<object>({
      'a span': {}, 'an error': { status: { code: 2, message: 'boom' } }, 'no status': { status: undefined }, 'a status by name': { status: { code: 'STATUS_CODE_ERROR' } }, 'no name': { name: undefined }, 'no end': { endTimeUnixNano: undefined }, 'an end before the start': { endTimeUnixNano: '1600000000000000000' }, 'times as numbers': { startTimeUnixNano: 1700000000000000000n.toString(), endTimeUnixNano: '1700000000000000001' }, 'no times': { startTimeUnixNano: undefined, endTimeUnixNano: undefined }, 'a kind by name': { kind: 'SPAN_KIND_CLIENT' }, 'Unicode': { name: 'größe 日本 🎉' },
      'values of all types': { attributes: [attribute('s', text('x')), attribute('b', { boolValue: true }), attribute('i', { intValue: '1152921504606846977' }), attribute('d', { doubleValue: 1.5 }), attribute('w', { doubleValue: 2 }), attribute('l', { arrayValue: { values: [{ intValue: '1' }, text('a')] } }), attribute('m', { kvlistValue: { values: [attribute('k', text('v'))] } }), attribute('y', { bytesValue: 'AAEC' }), attribute('n', {})] },
      'inputs and outputs of MLflow': { attributes: [attribute('mlflow.spanInputs', text('{"q": 1}')), attribute('mlflow.spanOutputs', text('"answer"')), attribute('mlflow.spanType', text('"LLM"'))] },
      'bare inputs': { attributes: [attribute('mlflow.spanInputs', text('plain')), attribute('mlflow.spanType', text('CHAIN'))] },
      'token usage': { attributes: [attribute('mlflow.chat.tokenUsage', text('{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}'))] },
      'semantic conventions': { attributes: [attribute('gen_ai.operation.name', text('chat')), attribute('gen_ai.request.model', text('m')), attribute('gen_ai.usage.input_tokens', { intValue: '5' }), attribute('gen_ai.usage.output_tokens', { intValue: '6' })] },
      'OpenInference': { attributes: [attribute('openinference.span.kind', text('LLM')), attribute('input.value', text('in')), attribute('output.value', text('out')), attribute('llm.token_count.prompt', { intValue: '5' }), attribute('llm.token_count.completion', { intValue: '6' })] },
      'events': { events: [{ timeUnixNano: '1700000000200000000', name: 'e', attributes: [attribute('a', text('b'))] }] },
      'an exception': { status: { code: 2 }, events: [{ timeUnixNano: '1700000000200000000', name: 'exception', attributes: [attribute('exception.type', text('E')), attribute('exception.message', text('m')), attribute('exception.stacktrace', text('t'))] }] },
      'links': { links: [{ traceId: traceOf(1), spanId: '00000000000000b1', attributes: [] }] }, 'a session': { attributes: [attribute('session.id', text('s'))] }, 'a user': { attributes: [attribute('user.id', text('u'))] }, 'a parent that is not there': { parentSpanId: '00000000000000ff' }, 'one attribute twice': { attributes: [attribute('a', text('1')), attribute('a', text('2'))] }, 'an empty key': { attributes: [attribute('', text('1'))] }, 'a long preview': { attributes: [attribute('mlflow.spanInputs', text(`"${'x'.repeat(3000)}"`))] },
    }, one),
    of('two spans', ...many({}, {})), of('a child that failed', ...many({}, { status: { code: 2 } })), of('tokens of two children', ...many({}, ...[1, 2].map((number) => ({ attributes: [attribute('mlflow.chat.tokenUsage', text(`{"input_tokens": ${number}, "output_tokens": 1, "total_tokens": ${number + 1}}`))] })))),
    of('a span twice', ...((id) => [exported([{ traceId: id, ...SPAN }]), exported([{ traceId: id, ...SPAN, name: 'again' }]), ...seen(id)])(nextTrace())),
    of('the child first', ...((id) => [exported([{ traceId: id, ...SPAN, spanId: '00000000000000c1', parentSpanId: SPAN.spanId, name: 'child' }]), ...seen(id), exported([{ traceId: id, ...SPAN }]), ...seen(id)])(nextTrace())),
    of('spans, then the trace', ...((id) => [exported([{ traceId: id, ...SPAN }]), traced(`tr-${id}`, { request_preview: 'given', state: 'ERROR' }), ...seen(id)])(nextTrace())),
    of('the trace, then spans', ...((id) => [traced(`tr-${id}`, { request_preview: 'given', state: 'IN_PROGRESS' }), exported([{ traceId: id, ...SPAN }]), ...seen(id)])(nextTrace())),
    of('while spans are missing', ...((id) => [exported([{ traceId: id, ...SPAN }]), traced(`tr-${id}`, { trace_metadata: { 'mlflow.trace.sizeStats': '{"num_spans": 2}' } }), get('/mlflow/traces/get', { trace_id: `tr-${id}` }, V3), ...seen(id)])(nextTrace())),
    of('two of a batch', ...((first, second) => [exported([{ traceId: first, ...SPAN }, { traceId: second, ...SPAN, name: 'other' }]), get('/mlflow/traces/batchGet', { trace_ids: [`tr-${second}`, `tr-${first}`] }, V3)])(nextTrace(), nextTrace())),
    of('with a run', ...((id) => [exported([{ traceId: id, ...SPAN }], { 'x-mlflow-run-id': '<run>' }), { verb: 'POST', path: '/mlflow/traces/search', ...V3, body: { locations: [{ mlflow_experiment: { experiment_id: '<exp>' } }], filter: "run_id = '<run>'" } } satisfies Step])(nextTrace())),
    of('with an unknown run', ...((id) => [exported([{ traceId: id, ...SPAN }], { 'x-mlflow-run-id': 'f'.repeat(32) }), ...seen(id)])(nextTrace())),
    of('in an unknown experiment', exported([{ traceId: nextTrace(), ...SPAN }], { 'x-mlflow-experiment-id': '999999999' })),
    of('in a word', exported([{ traceId: nextTrace(), ...SPAN }], { 'x-mlflow-experiment-id': 'abc' })),
    of('without service', exported([{ traceId: nextTrace(), ...SPAN }], {}, [])), of('of a service that MLflow knows', ...((id) => [exported([{ traceId: id, ...SPAN }], {}, [attribute('service.name', text('qwen-code'))]), ...seen(id)])(nextTrace())),
    otlp('another type', '{}', { 'content-type': 'text/plain' }), otlp('no JSON', '{'), otlp('a list', '[]'), otlp('nothing', '{}'), otlp('no spans', '{"resourceSpans":[{"scopeSpans":[]}]}'), otlp('an encoding', 'x', { 'content-encoding': 'br' }), otlp('no gzip', 'x', { 'content-encoding': 'gzip' }), otlp('resources are a text', '{"resourceSpans":"x"}'), otlp('a trace id that is none', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...SPAN, traceId: 'zz' }] }] }] })), otlp('no trace id', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] })), otlp('a time that is a word', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...SPAN, traceId: traceOf(3), startTimeUnixNano: 'x' }] }] }] })),
    of('no experiment', raw('POST', '/v1/traces', '{}', { headers: { 'content-type': 'application/json' } })),
  ],
};

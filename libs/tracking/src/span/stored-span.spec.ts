import { testSpan } from '../testing.js';
import { spanDocument } from './span-document.js';
import { storedSpan } from './stored-span.js';
import { sumTokens } from './span-sums.js';

describe('storedSpan', () => {
  it('writes the very text that MLflow 3.17 stores', () => {
    const span = testSpan({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: '0000000000000002',
      parentSpanId: '0000000000000001',
      name: 'root ü',
      startTime: 1700000000123456789n,
      endTime: 1700000001623456789n,
      status: 'ERROR',
      statusMessage: 'boom',
      attributes: { s: '"téxt"', i: '1152921504606846977', js: '"{\\"x\\": 1}"', jn: '"1"' },
      events: [{ name: 'ev', time: 1700000000200000001n, attributes: new Map([['k', '[1, 2]']]) }],
      links: [{ traceId: '7'.padStart(32, '0'), spanId: '9'.padStart(16, '0'), attributes: new Map() }],
    });
    expect(storedSpan(span).content).toBe(
      '{"trace_id": "CvdlGRbNQ92ESOshHIAxnA==", "span_id": "AAAAAAAAAAI=", "parent_span_id": "AAAAAAAAAAE=", "name": "root ü", "start_time_unix_nano": 1700000000123456789, "end_time_unix_nano": 1700000001623456789, ' +
        '"events": [{"name": "ev", "time_unix_nano": 1700000000200000001, "attributes": {"k": [1, 2]}}], "status": {"code": "STATUS_CODE_ERROR", "message": "boom"}, ' +
        '"attributes": {"s": "\\"téxt\\"", "i": "1152921504606846977", "js": "{\\"x\\": 1}", "jn": "\\"1\\"", "mlflow.traceRequestId": "\\"tr-0af7651916cd43dd8448eb211c80319c\\""}, ' +
        '"links": [{"trace_id": "tr-00000000000000000000000000000007", "span_id": "0000000000000009", "attributes": null}]}',
    );
  });

  it('does not trust the trace id that the client claims, and drops a message without an error', () => {
    const { content } = storedSpan(testSpan({ attributes: { 'mlflow.traceRequestId': '"fake"' }, statusMessage: 'ignored' }));
    expect(content).not.toContain('fake');
    expect(content).toContain('{"code": "STATUS_CODE_OK", "message": ""}');
  });

  it.each([
    ['GenAI', { 'gen_ai.operation.name': '"chat"', 'gen_ai.usage.input_tokens': '10', 'gen_ai.usage.output_tokens': '"5"', 'gen_ai.request.model': '"m-x"', 'gen_ai.provider.name': '"openai"', 'gen_ai.input.messages': '"[1]"' }],
    ['OpenInference', { 'openinference.span.kind': '"LLM"', 'llm.token_count.prompt': '10', 'llm.token_count.completion': '5', 'llm.model_name': '"m-x"', 'llm.provider': '"openai"', 'input.value': '"[1]"' }],
  ])('understands %s', (_convention, attributes) => {
    const span = storedSpan(testSpan({ attributes }));
    expect(span).toMatchObject({ modelName: 'm-x', modelProvider: 'openai', tokenUsage: '{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}' });
    expect(span.attributes.get('mlflow.spanInputs')).toBe('[1]');
    expect(span.attributes.get('mlflow.spanType')).toMatch(/"(CHAT_MODEL|LLM)"/);
  });

  it('understands spans whose messages are spread over attributes, and notes their format for the UI', () => {
    const { attributes } = storedSpan(testSpan({ attributes: { 'ai.operationId': '"ai.streamText.doStream"', 'ai.prompt.messages': '"[{\\"role\\": \\"user\\"}]"', 'ai.prompt.tools': '["{\\"name\\": \\"t\\"}"]', 'ai.response.text': '"hi"' } }));
    expect(attributes.get('mlflow.spanInputs')).toBe('{"messages": [{"role": "user"}], "tools": [{"name": "t"}]}');
    expect(attributes.get('mlflow.spanOutputs')).toBe('{"text": "hi"}');
    expect([attributes.get('mlflow.message.format'), attributes.get('mlflow.spanType')]).toEqual(['vercel_ai', '"LLM"']);
    expect(storedSpan(testSpan({ attributes: { 'voltagent.operation_id': '"x"', 'span.type': '"tool"', 'entity.type': '"agent"', input: '"in"', 'usage.prompt_tokens': '3' } }))).toMatchObject({ tokenUsage: '{"input_tokens": 3}' });
  });

  it('notes a service that the UI knows on the root span, and no other', () => {
    const root = (service: string) => storedSpan(testSpan({ resource: new Map([['service.name', service]]) })).attributes.get('service.name');
    expect([root('"claude-code"'), root('"mine"')]).toEqual(['"claude-code"', undefined]);
  });

  it('keeps what MLflow itself has noted', () => {
    const { attributes } = storedSpan(testSpan({ attributes: { 'mlflow.spanType': '"AGENT"', 'mlflow.spanInputs': '{"a": 1}', 'gen_ai.operation.name': '"chat"', 'gen_ai.input.messages': '"[1]"' } }));
    expect([attributes.get('mlflow.spanType'), attributes.get('mlflow.spanInputs')]).toEqual(['"AGENT"', '{"a": 1}']);
  });
});

describe('spanDocument', () => {
  it('gives every value its type back, 64-bit integers exactly', () => {
    const { content } = storedSpan(testSpan({ attributes: { i: '1152921504606846977', f: '1.0', nan: 'NaN', none: 'null', l: '[1, {"a": false}]', big: '123456789012345678901234' } }));
    expect(spanDocument(content)).toContain(
      '"attributes":[{"key":"i","value":{"int_value":1152921504606846977}},{"key":"f","value":{"double_value":1.0}},{"key":"nan","value":{"double_value":"NaN"}},{"key":"none"},' +
        '{"key":"l","value":{"array_value":{"values":[{"int_value":1},{"kvlist_value":{"values":[{"key":"a","value":{"bool_value":false}}]}}]}}},{"key":"big","value":{"string_value":"123456789012345678901234"}},',
    );
  });

  it('leaves out what is not set', () => {
    const document = JSON.parse(spanDocument(storedSpan(testSpan({ endTime: 0n })).content)) as Record<string, unknown>;
    expect(Object.keys(document).sort()).toEqual(['attributes', 'name', 'span_id', 'start_time_unix_nano', 'status', 'trace_id']);
  });
});

describe('sumTokens', () => {
  const node = (spanId: string, parentSpanId: string | null, input?: number) => ({ spanId, parentSpanId, cost: null, tokenUsage: input === undefined ? null : JSON.stringify({ input_tokens: input }) });

  it('does not count below a span that carries a total', () => {
    expect(sumTokens([node('a', null), node('b', 'a', 10), node('c', 'b', 4), node('d', 'c', 3), node('e', 'a', 1)])).toMatchObject({ input_tokens: 11, output_tokens: 0 });
  });

  it('takes a span whose parent is elsewhere as a root, and is null when there is nothing', () => {
    expect(sumTokens([node('b', 'gone', 2)])).toMatchObject({ input_tokens: 2 });
    expect(sumTokens([node('a', null)])).toBeNull();
  });

  it('is not lost in a trace 50,000 spans deep', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => node(`${index}`, index === 0 ? null : `${index - 1}`, index === 49_999 ? 7 : undefined));
    expect(sumTokens(chain)).toMatchObject({ input_tokens: 7 });
  });
});

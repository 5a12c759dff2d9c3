import { each, fiveOf, get, of, patch, post, raw, remove, type Section, type Step } from '../replay-case.js';

const V3 = { mount: '/api/3.0' } as const;
const ROOT = '/mlflow/traces';
export const at = (experiment: string) => ({ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } });
const INFO = { trace_location: at('<exp>'), request_time: '2025-01-01T00:00:00.5Z', state: 'OK' };

/** The request that tells of a whole trace. */
export const traced = (id: string, part: object = {}): Step => post(ROOT, { trace: { trace_info: { trace_id: id, ...INFO, ...part } } }, V3);

const ID = 'tr-{n}';
const fresh = traced(ID, { tags: { a: 'b' }, trace_metadata: { m: 'n' } });
const see = get(`${ROOT}/${ID}`, {}, V3);
const text = (length: number) => 'x'.repeat(length);
const texts = (count: number) => Array.from({ length: count }, (_, index) => `tr-none-${index}`);
const WRONG_TEXT = { 'a number': 5, 'a list': ['x'], 'an object': { a: 1 }, 'a flag': true };
const wrong = (field: string) => Object.fromEntries(Object.entries(WRONG_TEXT).map(([title, value]) => [`${field} is ${title}`, { [field]: value }]));

export const traces: Section = {
  name: 'traces',
  setup: [
    post('/mlflow/experiments/create', { name: 'of traces' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'other traces' }, { bind: { other: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'gone traces' }, { bind: { gone: 'experiment_id' } }),
    post('/mlflow/experiments/delete', { experiment_id: '<gone>' }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    traced('tr-kept', { tags: { 'mlflow.traceName': 'kept' } }),
    traced('tr-other', { trace_location: at('<other>') }),
  ],
  cases: [
    ...fiveOf('POST', ROOT, { ...V3, fine: { trace: { trace_info: { trace_id: ID, ...INFO } } }, missing: ['trace'], wrong: { ...wrong('trace'), 'no info': { trace: {} }, 'info is null': { trace: { trace_info: null } }, 'info is a text': { trace: { trace_info: 'x' } } } }),
    ...each<object>({
      'everything': { client_request_id: 'c', request_preview: 'rq', response_preview: 'rs', execution_duration: '1.25s', tags: { camelCase: 'x', 'mlflow.traceName': 'nm' }, trace_metadata: { someKey: 'y', 'mlflow.trace.session': 's' } },
      'empty texts': { client_request_id: '', request_preview: '', response_preview: '' },
      'nulls': { client_request_id: null, request_preview: null, tags: null, trace_metadata: null, assessments: null, state: null, execution_duration: null },
      'no state': { state: undefined }, 'a state by number': { state: 2 }, 'a state of nonsense': { state: 'DONE' }, 'a state out of range': { state: 99 }, 'in progress': { state: 'IN_PROGRESS' },
      'no time': { request_time: undefined }, 'a time of nonsense': { request_time: 'yesterday' }, 'a time that is a number': { request_time: 5 }, 'a time with an offset': { request_time: '2025-01-01T01:00:00+01:00' }, 'a time without zone': { request_time: '2025-01-01T00:00:00' }, 'a 30th of February': { request_time: '2025-02-30T00:00:00Z' }, 'nanoseconds': { request_time: '2025-01-01T00:00:00.123456789Z' }, 'ten digits': { request_time: '2025-01-01T00:00:00.1234567890Z' }, 'before 1970': { request_time: '1969-12-31T23:59:59.5Z' }, 'year 1': { request_time: '0001-01-01T00:00:00Z' }, 'year 9999': { request_time: '9999-12-31T23:59:59Z' },
      'a duration of nonsense': { execution_duration: 'long' }, 'a duration that is a number': { execution_duration: 5 }, 'a negative duration': { execution_duration: '-1.5s' }, 'a duration of 0': { execution_duration: '0s' }, 'a duration beyond': { execution_duration: '999999999999999s' }, 'a millisecond': { execution_duration: '0.001s' },
      'tags are a list': { tags: [{ key: 'a', value: 'b' }] }, 'tags are a text': { tags: 'x' }, 'a tag that is a number': { tags: { a: 'b', c: 1 } }, 'a tag that is null': { tags: { a: null } }, 'an empty tag': { tags: { a: '' } }, 'a tag without key': { tags: { '': 'x' } }, 'metadata is a list': { trace_metadata: [] }, 'Unicode': { tags: { 'schlüssel': '日本 🎉' } },
      'a long tag': { tags: { t: text(9000) } }, 'long metadata': { trace_metadata: { m: text(9000) } }, 'a tag key of 250': { tags: { [text(250)]: 'x' } }, 'a tag key of 251': { tags: { [text(251)]: 'x' } }, 'a metadata key of 251': { trace_metadata: { [text(251)]: 'x' } }, 'a name too long': { tags: { 'mlflow.traceName': text(2000) } }, 'a session too long': { trace_metadata: { 'mlflow.trace.session': text(2000) } },
      'token usage': { trace_metadata: { 'mlflow.trace.tokenUsage': '{"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}' } }, 'token usage of nonsense': { trace_metadata: { 'mlflow.trace.tokenUsage': 'x' } }, 'cost': { trace_metadata: { 'mlflow.trace.cost': '{"input_cost": 0.5, "output_cost": 1.5, "total_cost": 2.0}' } },
      'a reserved tag': { tags: { 'mlflow.trace.spansLocation': 'x' } }, 'an artifact location': { tags: { 'mlflow.artifactLocation': 's3://b/x' } },
      'no location': { trace_location: undefined }, 'an empty location': { trace_location: {} }, 'a location without id': { trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: {} } }, 'an inference table': { trace_location: { type: 'INFERENCE_TABLE', inference_table: { full_table_name: 'a.b.c' } } }, 'both locations': { trace_location: { ...at('<exp>'), inference_table: { full_table_name: 'a.b.c' } } }, 'a location without type': { trace_location: { mlflow_experiment: { experiment_id: '<exp>' } } }, 'an id that is a number': { trace_location: { mlflow_experiment: { experiment_id: 1 } } },
      'an unknown experiment': { trace_location: at('999999999') }, 'a deleted experiment': { trace_location: at('<gone>') }, 'an experiment that is no number': { trace_location: at('abc') },
      'a trace id that is a number': { trace_id: 5 }, 'a trace id of 50': { trace_id: text(50) }, 'no trace id': { trace_id: undefined }, 'an empty trace id': { trace_id: '' }, 'no tr-': { trace_id: 'any-{n}' },
      'camelCase': { traceMetadata: { a: 'b' }, clientRequestId: 'c' }, 'both spellings': { client_request_id: 'a', clientRequestId: 'b' },
      'an assessment': { assessments: [{ assessment_name: 'n', source: { source_type: 'HUMAN', source_id: 'ann' }, create_time: '2025-01-01T00:00:00Z', last_update_time: '2025-01-01T00:00:00Z', feedback: { value: true } }] }, 'an assessment of nothing': { assessments: [{ assessment_name: 'n' }] }, 'assessments are a text': { assessments: 'x' },
    }, (part) => [traced(ID, part), see]),
    of('POST: twice', traced(ID, { tags: { a: '1', b: '2' }, request_preview: 'one' }), traced(ID, { tags: { b: '3' }, state: 'ERROR' }), see),
    of('POST: in another experiment then', fresh, traced(ID, { trace_location: at('<other>') }), see),

    of('GET info: fine', fresh, see), of('GET info: on the other mount', fresh, get(`${ROOT}/${ID}`, {}, { mount: '/ajax-api/3.0' })), of('GET info: with a query', fresh, get(`${ROOT}/${ID}`, { trace_id: 'x' }, V3)),
    ...each({ 'unknown': 'tr-x', 'a blank': 'a%20b', 'Unicode': '%C3%BC', 'long': text(300) }, (id) => get(`${ROOT}/${id}`, {}, V3)),

    ...fiveOf('GET', `${ROOT}/get`, { ...V3, fine: { trace_id: 'tr-kept', allow_partial: 'true' }, missing: ['trace_id', 'allow_partial'], wrong: { 'allow_partial is nonsense': { allow_partial: 'maybe' }, 'allow_partial is 1': { allow_partial: '1' } }, over: { 'a long id': { trace_id: text(300) } }, foreign: { unknown: { trace_id: 'tr-x' }, 'unknown, whole': { trace_id: 'tr-x', allow_partial: 'false' } } }),
    ...fiveOf('GET', `${ROOT}/batchGet`, { ...V3, fine: { trace_ids: 'tr-kept' }, missing: ['trace_ids'], wrong: { 'two': { trace_ids: ['tr-kept', 'tr-x'] }, 'one twice': { trace_ids: ['tr-kept', 'tr-kept'] } }, over: { '100 unknown': { trace_ids: texts(100) } }, foreign: { unknown: { trace_ids: 'tr-x' }, 'of another experiment': { trace_ids: 'tr-kept', experiment_ids: '<other>' }, 'of this experiment': { experiment_ids: '<exp>' } } }),
    ...fiveOf('POST', `${ROOT}/batchGetInfos`, { ...V3, fine: { trace_ids: ['tr-kept', 'tr-other', 'tr-x'] }, missing: ['trace_ids'], wrong: { ...wrong('trace_ids'), 'empty': { trace_ids: [] }, 'a null': { trace_ids: [null] }, 'numbers': { trace_ids: [1] }, 'experiment_ids is a text': { experiment_ids: '<exp>' }, 'experiment_ids of numbers': { experiment_ids: [1] }, 'in another order': { trace_ids: ['tr-other', 'tr-kept'] }, 'one twice': { trace_ids: ['tr-kept', 'tr-kept'] } }, over: { '300 unknown': { trace_ids: texts(300) } }, foreign: { 'of another experiment': { experiment_ids: ['<other>'] }, 'of no experiment': { experiment_ids: [] }, 'of null': { experiment_ids: null }, 'of an unknown experiment': { experiment_ids: ['999999999'] }, 'of a word': { experiment_ids: ['abc'] } } }),

    ...fiveOf('PATCH', `${ROOT}/${ID}/tags`, { ...V3, before: [fresh], after: [see], fine: { key: 'k', value: 'v' }, missing: ['key', 'value'], wrong: { ...wrong('key'), ...wrong('value'), 'key is null': { key: null } }, over: { 'a key of 250': { key: text(250) }, 'a key of 251': { key: text(251) }, 'a value of 9000': { value: text(9000) } }, foreign: { 'another id in the body': { trace_id: 'tr-kept' }, 'a reserved key': { key: 'mlflow.trace.spansLocation' }, 'the name': { key: 'mlflow.traceName', value: 'nm' }, 'overwritten': { key: 'a' }, 'a key with signs': { key: 'a b/c.d:e-f' }, 'a key with a bang': { key: 'a!' } } }),
    of('PATCH tags: unknown trace', patch(`${ROOT}/tr-x/tags`, { key: 'k', value: 'v' }, V3)),
    ...fiveOf('DELETE', `${ROOT}/${ID}/tags`, { ...V3, before: [fresh], after: [see], fine: { key: 'a' }, missing: ['key'], wrong: wrong('key'), over: { 'a long key': { key: text(300) } }, foreign: { 'an unknown key': { key: 'nix' }, 'a reserved key': { key: 'mlflow.trace.spansLocation' }, 'the mark of a failed archival': { key: 'mlflow.trace.archivalFailure' } } }),
    of('DELETE tags: unknown trace', remove(`${ROOT}/tr-x/tags`, { key: 'k' }, V3)), of('DELETE tags: key in the query', fresh, { verb: 'DELETE', path: `${ROOT}/${ID}/tags`, query: { key: 'a' }, ...V3 }, see),

    ...fiveOf('POST', `${ROOT}/delete-traces`, { ...V3, before: [fresh], after: [see], fine: { experiment_id: '<exp>', request_ids: [ID] }, missing: ['experiment_id', 'request_ids'], wrong: { 'experiment_id is a number': { experiment_id: 1 }, 'request_ids is a text': { request_ids: ID }, 'numbers': { request_ids: [1] }, 'both': { max_timestamp_millis: 5 }, 'max_traces with ids': { max_traces: 5 }, 'max_traces is a word': { max_traces: 'x', request_ids: undefined, max_timestamp_millis: 5 }, 'max_traces is 0': { max_traces: 0, request_ids: undefined, max_timestamp_millis: 5 }, 'max_traces is -1': { max_traces: -1, request_ids: undefined, max_timestamp_millis: 5 }, 'a time that is a word': { request_ids: undefined, max_timestamp_millis: 'x' }, 'a time that is a text': { request_ids: undefined, max_timestamp_millis: '5' }, 'a time of 0': { request_ids: undefined, max_timestamp_millis: 0 } }, over: { '200 ids': { request_ids: texts(200) } }, foreign: { 'in another experiment': { experiment_id: '<other>' }, 'in an unknown experiment': { experiment_id: '999999999' }, 'in a word': { experiment_id: 'abc' }, unknown: { request_ids: ['tr-x'] } } }),
    of('delete-traces: by time', traced('tr-old-{n}', { request_time: '1980-01-01T00:00:00Z' }), traced('tr-older-{n}', { request_time: '1979-01-01T00:00:00Z' }), post(`${ROOT}/delete-traces`, { experiment_id: '<exp>', max_timestamp_millis: 320_000_000_000, max_traces: 1 }, V3), get(`${ROOT}/tr-older-{n}`, {}, V3), get(`${ROOT}/tr-old-{n}`, {}, V3), post(`${ROOT}/delete-traces`, { experiment_id: '<exp>', max_timestamp_millis: '320000000000' }, V3), get(`${ROOT}/tr-old-{n}`, {}, V3)),

    ...fiveOf('POST', `${ROOT}/link-to-run`, { fine: { trace_ids: ['tr-kept'], run_id: '<run>' }, missing: ['trace_ids', 'run_id'], wrong: { ...wrong('trace_ids'), ...wrong('run_id'), 'empty': { trace_ids: [] }, 'numbers': { trace_ids: [1] }, 'one twice': { trace_ids: ['tr-kept', 'tr-kept'] } }, over: { '100 ids': { trace_ids: texts(100) }, '101 ids': { trace_ids: texts(101) } }, foreign: { 'an unknown trace': { trace_ids: ['tr-x'] }, 'an unknown run': { run_id: 'f'.repeat(32) }, 'a run of nonsense': { run_id: 'x' } } }),
    ...fiveOf('POST', `${ROOT}/link-prompts`, { before: [fresh], after: [see], fine: { trace_id: ID, prompt_versions: [{ name: 'p', version: '1' }, { name: 'q', version: '2' }] }, missing: ['trace_id', 'prompt_versions'], wrong: { ...wrong('trace_id'), ...wrong('prompt_versions'), 'empty': { prompt_versions: [] }, 'no name': { prompt_versions: [{ version: '1' }] }, 'no version': { prompt_versions: [{ name: 'p' }] }, 'a version that is a number': { prompt_versions: [{ name: 'p', version: 1 }] }, 'a version that is a word': { prompt_versions: [{ name: 'p', version: 'one' }] }, 'one twice': { prompt_versions: [{ name: 'p', version: '1' }, { name: 'p', version: '01' }] } }, over: { 'a long name': { prompt_versions: [{ name: text(300), version: '1' }] } }, foreign: { 'an unknown trace': { trace_id: 'tr-x' } } }),

    ...fiveOf('GET', '/mlflow/get-trace-artifact', { mount: '/ajax-api/3.0', fine: { request_id: 'tr-kept' }, missing: ['request_id'], wrong: { 'climbing': { path: '../x' }, 'a path': { path: 'x.png' }, 'a folder': { path: 'a/b' } }, over: { 'a long id': { request_id: text(300) } }, foreign: { unknown: { request_id: 'tr-x' }, 'unknown with a path': { request_id: 'tr-x', path: 'x.png' } } }).filter(({ title }) => !title.includes('on the other mount')),
    of('a body that is a list', raw('POST', ROOT, '[1]', V3)), of('a body that is no JSON', raw('POST', ROOT, '{', V3)),
  ],
};

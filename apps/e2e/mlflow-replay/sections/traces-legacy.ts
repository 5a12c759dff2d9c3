import { each, fiveOf, get, of, patch, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/traces';
const entry = (key: string, value: string) => ({ key, value });
const fresh = post(ROOT, { experiment_id: '<exp>', timestamp_ms: 1000, request_metadata: [entry('m', 'n')], tags: [entry('a', 'b')] }, { bind: { trace: 'trace_info.request_id' } });
const see = get(`${ROOT}/<trace>/info`);
const text = (length: number) => 'x'.repeat(length);
const lists = (field: string) => ({ [`${field} is a text`]: { [field]: 'x' }, [`${field} is an object`]: { [field]: { a: 'b' } }, [`${field} without key`]: { [field]: [{ value: 'x' }] }, [`${field} without value`]: { [field]: [{ key: 'x' }] }, [`${field} with a number`]: { [field]: [{ key: 'x', value: 1 }] }, [`${field} is empty`]: { [field]: [] }, [`${field} is null`]: { [field]: null }, [`${field} with one key twice`]: { [field]: [entry('k', '1'), entry('k', '2')] } });

export const legacyTraces: Section = {
  name: 'legacy traces',
  setup: [
    post('/mlflow/experiments/create', { name: 'of old traces' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'gone old traces' }, { bind: { gone: 'experiment_id' } }),
    post('/mlflow/experiments/delete', { experiment_id: '<gone>' }),
    post('/mlflow/experiments/create', { name: 'of sought old traces' }, { bind: { sought: 'experiment_id' } }),
    ...[1, 2, 3].map((number) => post(ROOT, { experiment_id: '<sought>', timestamp_ms: number * 1000, tags: [entry('n', String(number))] }, { bind: { [`t${number}`]: 'trace_info.request_id' } })),
  ],
  cases: [
    ...fiveOf('POST', ROOT, { fine: { experiment_id: '<exp>', timestamp_ms: 1000, request_metadata: [entry('m', 'n')], tags: [entry('a', 'b')] }, missing: ['experiment_id', 'timestamp_ms', 'request_metadata', 'tags'], wrong: { 'experiment_id is a number': { experiment_id: 1 }, 'a time that is a word': { timestamp_ms: 'x' }, 'a time that is a text': { timestamp_ms: '5' }, 'a fraction': { timestamp_ms: 1.5 }, 'a negative time': { timestamp_ms: -5 }, ...lists('tags'), ...lists('request_metadata') }, over: { 'a long tag': { tags: [entry('t', text(9000))] }, 'long metadata': { request_metadata: [entry('t', text(300))] }, 'a key of 251': { tags: [entry(text(251), 'x')] } }, foreign: { 'an unknown experiment': { experiment_id: '999999999' }, 'a deleted experiment': { experiment_id: '<gone>' }, 'a word': { experiment_id: 'abc' }, 'a name': { tags: [entry('mlflow.traceName', 'nm')] } } }),
    ...fiveOf('PATCH', `${ROOT}/<trace>`, { before: [fresh], after: [see], fine: { timestamp_ms: 3000, status: 'OK', request_metadata: [entry('x', 'y')], tags: [entry('a', 'new')] }, missing: ['timestamp_ms', 'status', 'request_metadata', 'tags'], wrong: { 'a time that is a word': { timestamp_ms: 'x' }, 'a time before the start': { timestamp_ms: 1 }, 'a status by number': { status: 2 }, 'a status of nonsense': { status: 'DONE' }, 'a status out of range': { status: 99 }, 'an unspecified status': { status: 'TRACE_STATUS_UNSPECIFIED' }, 'a failed one': { status: 'ERROR' }, ...lists('tags'), ...lists('request_metadata') }, over: { 'a long tag': { tags: [entry('t', text(9000))] } }, foreign: { 'another id in the body': { request_id: '<t1>' }, 'a name': { tags: [entry('mlflow.traceName', 'nm')] } } }),
    of('PATCH: unknown', patch(`${ROOT}/tr-x`, { timestamp_ms: 1, status: 'OK' })), of('PATCH: twice', fresh, patch(`${ROOT}/<trace>`, { timestamp_ms: 3000, status: 'OK' }), patch(`${ROOT}/<trace>`, { timestamp_ms: 4000, status: 'ERROR' }), see),
    of('GET info: fine', fresh, see), of('GET info: on the other mount', fresh, get(`${ROOT}/<trace>/info`, {}, { mount: '/ajax-api/2.0' })), ...each({ unknown: 'tr-x', 'a blank': 'a%20b', Unicode: '%C3%BC', long: text(300) }, (id) => get(`${ROOT}/${id}/info`)),
    ...fiveOf('GET', ROOT, { fine: { experiment_ids: '<sought>', max_results: '10' }, missing: ['experiment_ids', 'max_results'], wrong: { 'max_results is a word': { max_results: 'x' }, 'max_results is 0': { max_results: '0' }, 'a filter of nonsense': { filter: 'nix = 1' }, 'a filter': { filter: "tags.n = '2'" }, 'an order': { order_by: 'timestamp_ms ASC' }, 'two orders': { order_by: ['tags.n DESC', 'timestamp_ms'] }, 'a token of nonsense': { page_token: 'nonsense' } }, over: { 'max_results 501': { max_results: '501' }, 'max_results 500': { max_results: '500' } }, foreign: { unknown: { experiment_ids: '999999999' }, two: { experiment_ids: ['<sought>', '999999999'] }, 'a word': { experiment_ids: 'abc' } } }),
    of('GET: in pages', get(ROOT, { experiment_ids: '<sought>', max_results: '2' }, { bind: { page: 'next_page_token' } }), get(ROOT, { experiment_ids: '<sought>', max_results: '2', page_token: '<page>' })),
    ...fiveOf('PATCH', `${ROOT}/<trace>/tags`, { before: [fresh], after: [see], fine: { key: 'k', value: 'v' }, missing: ['key', 'value'], wrong: { 'key is a number': { key: 5 }, 'value is a number': { value: 5 } }, over: { 'a key of 251': { key: text(251) }, 'a value of 9000': { value: text(9000) } }, foreign: { 'another id in the body': { request_id: '<t1>' }, 'a reserved key': { key: 'mlflow.trace.archiveLocation' } } }),
    of('PATCH tags: unknown', patch(`${ROOT}/tr-x/tags`, { key: 'k', value: 'v' })),
    ...fiveOf('DELETE', `${ROOT}/<trace>/tags`, { before: [fresh], after: [see], fine: { key: 'a' }, missing: ['key'], wrong: { 'key is a number': { key: 5 } }, over: { 'a long key': { key: text(300) } }, foreign: { 'an unknown key': { key: 'nix' } } }),
    of('DELETE tags: unknown', remove(`${ROOT}/tr-x/tags`, { key: 'k' })),
    ...fiveOf('POST', `${ROOT}/delete-traces`, { before: [fresh], after: [see], fine: { experiment_id: '<exp>', request_ids: ['<trace>'] }, missing: ['experiment_id', 'request_ids'], wrong: { 'request_ids is a text': { request_ids: '<trace>' }, 'a time that is a word': { request_ids: undefined, max_timestamp_millis: 'x' }, both: { max_timestamp_millis: 5 } }, over: { '200 ids': { request_ids: Array.from({ length: 200 }, (_, index) => `none-${index}`) } }, foreign: { unknown: { request_ids: ['tr-x'] }, 'in another experiment': { experiment_id: '<sought>' } } }),
  ],
};

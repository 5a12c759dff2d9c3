import { each, fiveOf, get, of, post, raw, type Section } from '../replay-case.js';

const PARAM = '/mlflow/runs/log-parameter';
const TAG = '/mlflow/runs/set-tag';
const UNTAG = '/mlflow/runs/delete-tag';
const fresh = post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'fresh', start_time: 1 }, { bind: { fresh: 'run.info.run_id' } });
const seeFresh = get('/mlflow/runs/get', { run_id: '<fresh>' });
const WRONG_KEYS = { 'run_id is a number': { run_id: 1 }, 'key is a number': { key: 5 }, 'key is null': { key: null }, 'value is a number': { value: 5 }, 'value is a list': { value: [] }, 'value is an object': { value: {} }, 'value is true': { value: true }, 'a key with a dollar': { key: 'a$' }, 'a key that climbs': { key: '../a' }, 'a key with an edge slash': { key: '/a' }, 'a dot as key': { key: '.' } };
const FOREIGN = { 'an unknown run': { run_id: 'd'.repeat(32) }, 'a deleted run': { run_id: '<gone>' }, 'no id': { run_id: 'a b' } };

export const paramsTags: Section = {
  name: 'params and tags',
  setup: [
    post('/mlflow/experiments/create', { name: 'of params' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'gone', start_time: 1 }, { bind: { gone: 'run.info.run_id' } }),
    post('/mlflow/runs/delete', { run_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', PARAM, { before: [fresh], after: [seeFresh], fine: { run_id: '<fresh>', key: 'p', value: 'v' }, missing: ['run_id', 'key', 'value'], wrong: WRONG_KEYS, over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a value of 6001 signs': { value: 'v'.repeat(6001) } }, foreign: FOREIGN }),
    ...each({ 'a value of 6000 signs': { value: 'v'.repeat(6000) }, 'Unicode': { key: 'ünï', value: '日本 🚀' }, 'a key of 250 signs': { key: 'k'.repeat(250) }, 'a line break': { value: 'a\nb' }, 'a blank key': { key: ' ' }, 'quotes': { value: `'"\`\\` }, 'run_uuid': { run_id: undefined, run_uuid: '<fresh>' }, 'null': { value: null } }, (message) => [fresh, post(PARAM, { run_id: '<fresh>', key: 'p', value: 'v', ...message }), seeFresh]),
    of('POST log-parameter: the same twice', fresh, post(PARAM, { run_id: '<fresh>', key: 'p', value: '1' }), post(PARAM, { run_id: '<fresh>', key: 'p', value: '1' }), seeFresh),
    of('POST log-parameter: another value', fresh, post(PARAM, { run_id: '<fresh>', key: 'p', value: '1' }), post(PARAM, { run_id: '<fresh>', key: 'p', value: '2' }), seeFresh),
    of('POST log-parameter: another value, by batch', fresh, post(PARAM, { run_id: '<fresh>', key: 'p', value: '1' }), post('/mlflow/runs/log-batch', { run_id: '<fresh>', params: [{ key: 'q', value: '1' }, { key: 'p', value: '2' }] }), seeFresh),
    of('POST log-parameter: a broken body', raw('POST', PARAM, '{"key"')),
    ...fiveOf('POST', TAG, { before: [fresh], after: [seeFresh], fine: { run_id: '<fresh>', key: 't', value: 'v' }, missing: ['run_id', 'key', 'value'], wrong: WRONG_KEYS, over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a value of 8001 signs': { value: 'v'.repeat(8001) } }, foreign: FOREIGN }),
    ...each({ 'a value of 8000 signs': { value: 'v'.repeat(8000) }, 'Unicode': { key: 'ünï', value: '日本 🚀' }, 'the name of the run': { key: 'mlflow.runName', value: 'renamed' }, 'the note': { key: 'mlflow.note.content', value: '# hi' }, 'run_uuid': { run_id: undefined, run_uuid: '<fresh>' }, 'the user': { key: 'mlflow.user', value: 'x' } }, (message) => [fresh, post(TAG, { run_id: '<fresh>', key: 't', value: 'v', ...message }), seeFresh]),
    of('POST set-tag: overwritten', fresh, post(TAG, { run_id: '<fresh>', key: 't', value: '1' }), post(TAG, { run_id: '<fresh>', key: 't', value: '2' }), seeFresh),
    ...fiveOf('POST', UNTAG, { before: [fresh, post(TAG, { run_id: '<fresh>', key: 't', value: '1' })], after: [seeFresh], fine: { run_id: '<fresh>', key: 't' }, missing: ['run_id', 'key'], wrong: { 'run_id is a number': { run_id: 1 }, 'key is a number': { key: 5 } }, over: { 'a long key': { key: 'k'.repeat(300) } }, foreign: { ...FOREIGN, 'an unknown key': { key: 'nix' }, 'the name of the run': { key: 'mlflow.runName' } } }),
    of('POST delete-tag: by run_uuid', fresh, post(TAG, { run_id: '<fresh>', key: 't', value: '1' }), post(UNTAG, { run_uuid: '<fresh>', key: 't' })),
  ],
};

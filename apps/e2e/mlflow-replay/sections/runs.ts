import { each, fiveOf, get, of, post, raw, type Section } from '../replay-case.js';

const CREATE = '/mlflow/runs/create';
const GET = '/mlflow/runs/get';
const fresh = post(CREATE, { experiment_id: '<exp>', run_name: 'fresh', start_time: 1234 }, { bind: { fresh: 'run.info.run_id' } });
const seeFresh = get(GET, { run_id: '<fresh>' });
const NOBODY = 'f'.repeat(32);
const ABSENT = { 'an unknown id': { run_id: NOBODY }, 'no id at all': { run_id: 'x y' }, 'an id of signs': { run_id: "'; DROP TABLE runs" } };
const NOT_TEXT = { 'run_id is a number': { run_id: 5 }, 'run_id is a list': { run_id: ['a'] }, 'run_id is null': { run_id: null } };

export const runs: Section = {
  name: 'runs',
  setup: [
    post('/mlflow/experiments/create', { name: 'of runs' }, { bind: { exp: 'experiment_id' } }),
    post(CREATE, { experiment_id: '<exp>', run_name: 'first', start_time: 1000, user_id: 'me', tags: [{ key: 'a', value: 'b' }] }, { bind: { run: 'run.info.run_id' } }),
    post(CREATE, { experiment_id: '<exp>', run_name: 'gone', start_time: 1000 }, { bind: { gone: 'run.info.run_id' } }),
    post('/mlflow/runs/delete', { run_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', CREATE, {
      fine: { experiment_id: '<exp>', run_name: 'made', start_time: 1700000000000, user_id: 'u', tags: [{ key: 'x', value: 'y' }] },
      missing: ['experiment_id', 'run_name', 'start_time'],
      wrong: { 'experiment_id is a number': { experiment_id: 0 }, 'start_time is a text': { start_time: 'soon' }, 'start_time is a fraction': { start_time: 1.5 }, 'start_time is a list': { start_time: [] }, 'run_name is a number': { run_name: 3 }, 'tags is a text': { tags: 'x' }, 'tags is an object': { tags: { a: 'b' } }, 'user_id is a number': { user_id: 3 }, 'a tag value is a number': { tags: [{ key: 'a', value: 5 }] } },
      over: { 'a tag value of 8001 signs': { tags: [{ key: 'k', value: 'v'.repeat(8001) }] }, 'a tag key of 251 signs': { tags: [{ key: 'k'.repeat(251), value: 'v' }] }, 'a start time past 64 bits': { start_time: 9223372036854775808n } },
      foreign: { 'an unknown experiment': { experiment_id: '999999999' }, 'an experiment that is no number': { experiment_id: 'abc' } },
    }),
    ...each(
      {
        'start time as text': { start_time: '1700000000001' },
        'start time zero': { start_time: 0 },
        'a negative start time': { start_time: -5 },
        'start time of 2^53+1': { start_time: 9007199254740993n },
        'start time in scientific writing': { start_time: 1e12 },
        'name by tag': { tags: [{ key: 'mlflow.runName', value: 'by tag' }] },
        'the same name twice': { run_name: 'same', tags: [{ key: 'mlflow.runName', value: 'same' }] },
        'two names': { run_name: 'one', tags: [{ key: 'mlflow.runName', value: 'other' }] },
        'an empty name': { run_name: '' },
        'a name in Unicode': { run_name: 'läuft 日本 🚀 "q"' },
        'a tag twice': { tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] },
        'a tag without value': { tags: [{ key: 'a' }] },
        'a tag without key': { tags: [{ value: 'a' }] },
        'a tag with an empty value': { tags: [{ key: 'a', value: '' }] },
        'a tag with a bad key': { tags: [{ key: 'a:b', value: '1' }] },
        'user by tag': { tags: [{ key: 'mlflow.user', value: 'bob' }] },
        'camelCase': { runName: 'camel', startTime: 77 },
        'an absent list': { tags: null },
      },
      (message) => post(CREATE, { experiment_id: '<exp>', run_name: 'x', start_time: 1, ...message }),
    ),
    of('POST create: in Default', post(CREATE, { experiment_id: '0', run_name: 'd', start_time: 9 })),
    of('POST create: nothing but the experiment', post(CREATE, { experiment_id: '<exp>' })),
    of('POST create: a broken body', raw('POST', CREATE, '{')),
    ...fiveOf('GET', GET, { fine: { run_id: '<run>' }, missing: ['run_id'], foreign: ABSENT, over: { 'an id of 300 signs': { run_id: 'a'.repeat(300) } }, wrong: { 'two ids': { run_id: ['<run>', '<gone>'] } } }),
    of('GET get: by run_uuid', get(GET, { run_uuid: '<run>' })),
    of('GET get: both ids', get(GET, { run_uuid: '<run>', run_id: '<gone>' })),
    of('GET get: a deleted one', get(GET, { run_id: '<gone>' })),
    of('GET get: upper case', get(GET, { run_id: 'A'.repeat(32) })),
    ...fiveOf('POST', '/mlflow/runs/update', {
      before: [fresh], after: [seeFresh],
      fine: { run_id: '<fresh>', status: 'FINISHED', end_time: 2345, run_name: 'ended' },
      missing: ['run_id', 'status', 'end_time', 'run_name'],
      wrong: { ...NOT_TEXT, 'an unknown status': { status: 'DONE' }, 'status in lower case': { status: 'finished' }, 'status by number': { status: 4 }, 'an unknown number': { status: 99 }, 'status is a list': { status: [] }, 'end_time is a text': { end_time: 'x' }, 'end_time is a fraction': { end_time: 2.5 }, 'run_name is a number': { run_name: 5 }, 'run_name is null': { run_name: null } },
      over: { 'a name of 8001 signs': { run_name: 'n'.repeat(8001) }, 'end_time past 64 bits': { end_time: 9223372036854775808n } },
      foreign: ABSENT,
    }),
    ...each(
      { 'status alone': { status: 'FAILED' }, 'back to running': { status: 'RUNNING' }, 'scheduled': { status: 'SCHEDULED' }, 'killed': { status: 'KILLED', end_time: 1 }, 'end time as text': { end_time: '555' }, 'end time before start': { end_time: 1 }, 'end time zero': { end_time: 0 }, 'an empty name': { run_name: '' }, 'a new name': { run_name: 'neu ü' }, 'nothing': {} },
      (message) => [fresh, post('/mlflow/runs/update', { run_id: '<fresh>', ...message }), seeFresh],
    ),
    of('POST update: by run_uuid', fresh, post('/mlflow/runs/update', { run_uuid: '<fresh>', status: 'FINISHED' }), seeFresh),
    of('POST update: a deleted one', post('/mlflow/runs/update', { run_id: '<gone>', status: 'FINISHED' })),
    ...fiveOf('POST', '/mlflow/runs/delete', { before: [fresh], after: [seeFresh], fine: { run_id: '<fresh>' }, missing: ['run_id'], foreign: ABSENT, wrong: NOT_TEXT, over: { 'an id of 300 signs': { run_id: 'a'.repeat(300) } } }),
    of('POST delete: twice', fresh, post('/mlflow/runs/delete', { run_id: '<fresh>' }), post('/mlflow/runs/delete', { run_id: '<fresh>' })),
    ...fiveOf('POST', '/mlflow/runs/restore', { before: [fresh, post('/mlflow/runs/delete', { run_id: '<fresh>' })], after: [seeFresh], fine: { run_id: '<fresh>' }, missing: ['run_id'], foreign: ABSENT, wrong: NOT_TEXT, over: { 'an id of 300 signs': { run_id: 'a'.repeat(300) } } }),
    of('POST restore: an active one', fresh, post('/mlflow/runs/restore', { run_id: '<fresh>' })),
    ...fiveOf('POST', '/mlflow/runs/log-model', {
      before: [fresh], after: [seeFresh],
      fine: { run_id: '<fresh>', model_json: JSON.stringify({ artifact_path: 'm', flavors: { python_function: { env: 'x' } }, utc_time_created: '2026-01-01 00:00:00', run_id: 'r' }) },
      missing: ['run_id', 'model_json'],
      wrong: { ...NOT_TEXT, 'no JSON': { model_json: '{' }, 'an object': { model_json: {} }, 'one field is missing': { model_json: '{"artifact_path":"m","flavors":{},"utc_time_created":"x"}' } },
      foreign: ABSENT,
    }),
  ],
};

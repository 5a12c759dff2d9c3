import { each, fiveOf, get, of, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/model-versions';
const V1 = { name: 'mv-{n}', version: '1' };
const model = post('/mlflow/registered-models/create', { name: 'mv-{n}' });
const version = post(`${ROOT}/create`, { name: 'mv-{n}', source: 's3://bucket/model', description: 'd', tags: [{ key: 'a', value: 'b' }] });
const before = [model, version];
const see = get(`${ROOT}/get`, V1);
const NOT_TEXT = { 'name is a number': { name: 5 }, 'version is a number': { version: 1 }, 'version is null': { version: null } };
const UNKNOWN = { 'an unknown model': { name: 'nobody-{n}' }, 'an unknown version': { version: '99' }, 'a version that is no number': { version: 'one' }, 'a negative version': { version: '-1' }, 'version 0': { version: '0' }, 'a version past 32 bits': { version: '99999999999' } };
const RUN = 'mlflow-artifacts:/<exp>/<run>/artifacts';

export const modelVersions: Section = {
  name: 'model versions',
  setup: [
    post('/mlflow/experiments/create', { name: 'of versions' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    post('/mlflow/logged-models', { experiment_id: '<exp>', name: 'logged', source_run_id: '<run>' }, { bind: { model: 'model.info.model_id' } }),
    post('/mlflow/registered-models/create', { name: 'other' }),
    post(`${ROOT}/create`, { name: 'other', source: 's3://bucket/other', run_id: '<run>' }),
  ],
  cases: [
    ...fiveOf('POST', `${ROOT}/create`, {
      before: [model], after: [see],
      fine: { name: 'mv-{n}', source: 's3://bucket/m', run_id: '<run>', run_link: 'http://x/y', description: 'd', tags: [{ key: 'a', value: 'b' }] },
      missing: ['name', 'source', 'run_id', 'run_link', 'description', 'tags'],
      wrong: { 'name is a number': { name: 5 }, 'source is a list': { source: [] }, 'tags is a text': { tags: 'x' }, 'description is a number': { description: 5 }, 'run_id is a number': { run_id: 5 }, 'a tag without key': { tags: [{ value: 'x' }] }, 'a bad tag key': { tags: [{ key: 'a$', value: 'v' }] } },
      over: { 'a tag key of 251 signs': { tags: [{ key: 'k'.repeat(251), value: 'v' }] }, 'a tag value of 100001 signs': { tags: [{ key: 'k', value: 'v'.repeat(100_001) }] } },
      foreign: { 'an unknown model': { name: 'nobody-{n}' }, 'an unknown run': { run_id: 'f'.repeat(32) } },
    }),
    ...each(
      {
        'a local path': { source: '/tmp/model' }, 'a file URI': { source: 'file:///tmp/model' }, 'a relative path': { source: 'model' }, 'climbing': { source: 's3://b/../c' }, 'climbing, encoded': { source: 's3://b/%2e%2e/c' }, 'a bare text': { source: 'dummy-source' }, 'http': { source: 'https://host/a/b' }, 'the artifacts of its run': { source: `${RUN}/model`, run_id: '<run>' }, 'the artifacts of a run, without the run': { source: `${RUN}/model` }, 'the artifacts of another run': { source: `${RUN}/model`, run_id: 'f'.repeat(32) }, 'runs:/': { source: 'runs:/<run>/model', run_id: '<run>' }, 'runs:/ without run_id': { source: 'runs:/<run>/model' }, 'runs:/ of another run': { source: `runs:/${'f'.repeat(32)}/model`, run_id: '<run>' },
        'a logged model': { source: 'models:/<model>', model_id: '<model>' }, 'a logged model, without its id': { source: 'models:/<model>' }, 'an unknown logged model': { source: 'models:/m-1', model_id: 'm-1' }, 'a logged model at its location': { source: 'mlflow-artifacts:/<exp>/models/<model>/artifacts', model_id: '<model>' }, 'another version': { source: 'models:/other/1' }, 'another version, with another run': { source: 'models:/other/1', run_id: 'f'.repeat(32) }, 'a version that is not there': { source: 'models:/other/9' }, 'a model that is not there': { source: 'models:/nobody/1' }, 'models:/ of nothing': { source: 'models:/' }, 'a fragment': { source: 's3://b/m#x' }, 'a query': { source: 's3://b/m?x=1' }, 'a host in models:': { source: 'models://host/other/1' },
      },
      (message) => [model, post(`${ROOT}/create`, { name: 'mv-{n}', ...message }), see, get(`${ROOT}/get-download-uri`, V1)],
    ),
    of('POST create: numbers are never given again', model, version, version, remove(`${ROOT}/delete`, { ...V1, version: '2' }), version, get('/mlflow/registered-models/get', { name: 'mv-{n}' })),
    of('POST create: a tag twice', model, post(`${ROOT}/create`, { name: 'mv-{n}', source: 's3://b/m', tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] })),
    of('a registration shows on the logged model', model, post(`${ROOT}/create`, { name: 'mv-{n}', source: 'models:/<model>', model_id: '<model>' }), see),
    ...fiveOf('GET', `${ROOT}/get`, { before, fine: V1, missing: ['name', 'version'], foreign: UNKNOWN }),
    ...fiveOf('PATCH', `${ROOT}/update`, { before, after: [see], fine: { ...V1, description: 'new' }, missing: ['name', 'version', 'description'], wrong: { ...NOT_TEXT, 'description is a number': { description: 5 } }, foreign: UNKNOWN, over: { 'a description of 6000 signs': { description: 'd'.repeat(6000) } } }),
    ...fiveOf('DELETE', `${ROOT}/delete`, { before, after: [see, get('/mlflow/registered-models/get', { name: 'mv-{n}' })], fine: V1, missing: ['name', 'version'], wrong: NOT_TEXT, foreign: UNKNOWN }),
    ...fiveOf('GET', `${ROOT}/get-download-uri`, { before, fine: V1, missing: ['name', 'version'], foreign: UNKNOWN }),
    ...fiveOf('POST', `${ROOT}/set-tag`, { before, after: [see], fine: { ...V1, key: 'k', value: 'v' }, missing: ['name', 'version', 'key', 'value'], wrong: { ...NOT_TEXT, 'key is a number': { key: 5 }, 'a bad key': { key: 'a$' } }, foreign: UNKNOWN, over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a value of 100001 signs': { value: 'v'.repeat(100_001) } } }),
    ...fiveOf('DELETE', `${ROOT}/delete-tag`, { before, after: [see], fine: { ...V1, key: 'a' }, missing: ['name', 'version', 'key'], wrong: NOT_TEXT, foreign: { ...UNKNOWN, 'an unknown key': { key: 'nix' } } }),
  ],
};

import { each, fiveOf, get, of, patch, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/logged-models';
const ONE = `${ROOT}/<model>`;
const fresh = post(ROOT, { experiment_id: '<exp>', name: 'fresh', params: [{ key: 'lr', value: '0.1' }], tags: [{ key: 'a', value: 'b' }] }, { bind: { model: 'model.info.model_id' } });
const see = get(ONE);
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));

export const loggedModels: Section = {
  name: 'logged models',
  setup: [
    post('/mlflow/experiments/create', { name: 'of models' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'gone models' }, { bind: { gone: 'experiment_id' } }),
    post('/mlflow/experiments/delete', { experiment_id: '<gone>' }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
  ],
  cases: [
    ...fiveOf('POST', ROOT, {
      fine: { experiment_id: '<exp>', name: 'm', model_type: 'agent', source_run_id: '<run>', params: [{ key: 'p', value: '1' }], tags: [{ key: 't', value: '2' }] },
      missing: ['experiment_id', 'name', 'model_type', 'source_run_id'],
      wrong: { 'experiment_id is a number': { experiment_id: 1 }, 'name is a number': { name: 5 }, 'params is a text': { params: 'x' }, 'tags is an object': { tags: {} }, 'a param value that is a number': { params: [{ key: 'p', value: 1 }] }, 'a name with a slash': { name: 'a/b' }, 'a name with a colon': { name: 'a:b' }, 'a name with a dot': { name: 'a.b' }, 'a name with quotes': { name: 'a"b' } },
      foreign: { 'an unknown experiment': { experiment_id: '999999999' }, 'a deleted experiment': { experiment_id: '<gone>' }, 'an experiment that is no number': { experiment_id: 'abc' }, 'an unknown run': { source_run_id: 'f'.repeat(32) } },
    }),
    ...each({ 'Unicode': { name: 'mödell 日本' }, 'a param twice': { params: [{ key: 'a', value: '1' }, { key: 'a', value: '1' }] }, '100 params': { params: many(100) }, '101 params': { params: many(101) }, 'a long tag': { tags: [{ key: 't', value: 'v'.repeat(6000) }] }, 'a param without value': { params: [{ key: 'a' }] }, 'a tag without value': { tags: [{ key: 'a' }] } }, (message) => post(ROOT, { experiment_id: '<exp>', name: 'x', ...message })),
    of('GET: fine', fresh, see),
    of('GET: on the other mount', fresh, get(ONE, {}, { mount: '/ajax-api/2.0' })),
    ...each({ 'unknown': 'm-00000000000000000000000000000000', 'no id at all': 'nix', 'a blank': 'a%20b', 'Unicode': '%C3%BC' }, (id) => get(`${ROOT}/${id}`)),
    of('GET: deleted', fresh, remove(ONE, undefined), see, get(ONE, { allow_deleted: 'true' }), get(ONE, { allow_deleted: 'nonsense' })),
    of('DELETE: twice', fresh, remove(ONE, undefined), remove(ONE, undefined)),
    of('DELETE: unknown', remove(`${ROOT}/m-1`, undefined)),
    ...fiveOf('PATCH', ONE, { before: [fresh], after: [see], fine: { model_id: '<model>', status: 'LOGGED_MODEL_READY' }, missing: ['model_id', 'status'], wrong: { 'an unknown status': { status: 'DONE' }, 'status by number': { status: 3 }, 'status 99': { status: 99 }, 'status 0': { status: 0 }, 'status is a list': { status: [] } }, foreign: { 'another id in the body': { model_id: 'm-1' } } }),
    of('PATCH: failed', fresh, patch(ONE, { model_id: '<model>', status: 'LOGGED_MODEL_UPLOAD_FAILED' }), see),
    of('PATCH: deleted', fresh, remove(ONE, undefined), patch(ONE, { model_id: '<model>', status: 'LOGGED_MODEL_READY' })),
    ...fiveOf('POST', `${ONE}/params`, { before: [fresh], after: [see], fine: { model_id: '<model>', params: [{ key: 'p', value: '1' }] }, missing: ['model_id', 'params'], wrong: { 'params is a text': { params: 'x' }, 'a number': { params: [{ key: 'p', value: 1 }] } }, foreign: { 'another id in the body': { model_id: 'm-1' } } }),
    of('POST params: the same again', fresh, post(`${ONE}/params`, { model_id: '<model>', params: [{ key: 'q', value: '1' }] }), see),
    of('POST params: unknown model', post(`${ROOT}/m-1/params`, { model_id: 'm-1', params: [{ key: 'p', value: '1' }] })),
    ...fiveOf('PATCH', `${ONE}/tags`, { before: [fresh], after: [see], fine: { model_id: '<model>', tags: [{ key: 't', value: '1' }] }, missing: ['model_id', 'tags'], wrong: { 'tags is a text': { tags: 'x' } } }),
    of('PATCH tags: overwritten', fresh, patch(`${ONE}/tags`, { tags: [{ key: 'a', value: 'new' }, { key: 'c', value: 'd' }] }), see),
    of('PATCH tags: unknown model', patch(`${ROOT}/m-1/tags`, { tags: [{ key: 'a', value: 'b' }] })),
    of('DELETE tag: fine', fresh, remove(`${ONE}/tags/a`, undefined), see),
    of('DELETE tag: unknown key', fresh, remove(`${ONE}/tags/nix`, undefined)),
    of('DELETE tag: unknown model', remove(`${ROOT}/m-1/tags/a`, undefined)),
    of('metrics of a model', fresh, post('/mlflow/runs/log-metric', { run_id: '<run>', key: 'acc', value: 0.5, timestamp: 5, step: 2, model_id: '<model>', dataset_name: 'd', dataset_digest: 'x' }), see, post('/mlflow/runs/log-batch', { run_id: '<run>', metrics: [{ key: 'acc', value: 0.7, timestamp: 6, step: 3, model_id: '<model>' }] }), see),
    of('listing: nothing', fresh, get(`${ONE}/artifacts/directories`)),
    of('listing: climbing', fresh, get(`${ONE}/artifacts/directories`, { artifact_directory_path: '../x' })),
    of('listing: unknown', get(`${ROOT}/m-1/artifacts/directories`)),
  ],
};

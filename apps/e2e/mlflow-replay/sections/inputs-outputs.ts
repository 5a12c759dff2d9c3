import { each, fiveOf, get, of, post, type Section } from '../replay-case.js';

const INPUTS = '/mlflow/runs/log-inputs';
const OUTPUTS = '/mlflow/runs/outputs';
const fresh = post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'fresh', start_time: 1 }, { bind: { fresh: 'run.info.run_id' } });
const model = post('/mlflow/logged-models', { experiment_id: '<exp>', name: 'a-model' }, { bind: { model: 'model.info.model_id' } });
const seeFresh = get('/mlflow/runs/get', { run_id: '<fresh>' });
const dataset = { name: 'd', digest: 'abc', source_type: 'local', source: '{"uri":"/x"}' };
const input = { dataset, tags: [{ key: 'mlflow.data.context', value: 'train' }] };
const changed = (change: object) => ({ datasets: [{ ...input, dataset: { ...dataset, ...change } }] });

export const inputsOutputs: Section = {
  name: 'inputs and outputs',
  setup: [
    post('/mlflow/experiments/create', { name: 'of inputs' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'gone', start_time: 1 }, { bind: { gone: 'run.info.run_id' } }),
    post('/mlflow/runs/delete', { run_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', INPUTS, {
      before: [fresh], after: [seeFresh],
      fine: { run_id: '<fresh>', datasets: [input] },
      missing: ['run_id', 'datasets'],
      wrong: { 'datasets is an object': { datasets: {} }, 'models is a text': { models: 'x' }, 'run_id is a number': { run_id: 5 }, 'a dataset without name': changed({ name: undefined }), 'a dataset without digest': changed({ digest: undefined }), 'a dataset without source': changed({ source: undefined }), 'a dataset without source type': changed({ source_type: undefined }), 'an empty name': changed({ name: '' }), 'an empty digest': changed({ digest: '' }), 'no dataset': { datasets: [{ tags: [] }] }, 'a tag without key': { datasets: [{ dataset, tags: [{ value: 'x' }] }] }, 'a tag without value': { datasets: [{ dataset, tags: [{ key: 'x' }] }] } },
      over: { 'a name of 501 signs': changed({ name: 'n'.repeat(501) }), 'a digest of 37 signs': changed({ digest: 'd'.repeat(37) }), 'a tag key of 256 signs': { datasets: [{ dataset, tags: [{ key: 'k'.repeat(256), value: 'v' }] }] }, 'a tag value of 501 signs': { datasets: [{ dataset, tags: [{ key: 'k', value: 'v'.repeat(501) }] }] }, 'a source of 65536 signs': changed({ source: 's'.repeat(65_536) }) },
      foreign: { 'an unknown run': { run_id: 'a'.repeat(32) }, 'a deleted run': { run_id: '<gone>' }, 'no id': { run_id: 'a b' } },
    }),
    ...each(
      { 'no tags': { datasets: [{ dataset }] }, 'schema and profile': changed({ schema: '{"a":1}', profile: '{"rows":3}' }), 'empty schema': changed({ schema: '' }), 'the same twice': { datasets: [input, input] }, 'Unicode': changed({ name: 'dätä 日本' }), 'two': { datasets: [input, { dataset: { ...dataset, name: 'e' } }] }, 'nothing': {}, 'two contexts': { datasets: [{ dataset, tags: [{ key: 'mlflow.data.context', value: 'a' }, { key: 'b', value: 'c' }] }] } },
      (message) => [fresh, post(INPUTS, { run_id: '<fresh>', ...message }), seeFresh],
    ),
    of('POST log-inputs: again', fresh, post(INPUTS, { run_id: '<fresh>', datasets: [input] }), post(INPUTS, { run_id: '<fresh>', datasets: [input] }), seeFresh),
    of('POST log-inputs: a model', fresh, model, post(INPUTS, { run_id: '<fresh>', models: [{ model_id: '<model>' }] }), seeFresh, post(INPUTS, { run_id: '<fresh>', models: [{ model_id: '<model>' }] }), seeFresh),
    of('POST log-inputs: an unknown model', fresh, post(INPUTS, { run_id: '<fresh>', models: [{ model_id: 'm-nix' }] }), seeFresh),
    ...fiveOf('POST', OUTPUTS, {
      before: [fresh, model], after: [seeFresh],
      fine: { run_id: '<fresh>', models: [{ model_id: '<model>', step: 3 }] },
      missing: ['run_id', 'models'],
      wrong: { 'models is an object': { models: {} }, 'run_id is a number': { run_id: 5 }, 'step is a word': { models: [{ model_id: '<model>', step: 'x' }] } },
      foreign: { 'an unknown run': { run_id: 'a'.repeat(32) }, 'a deleted run': { run_id: '<gone>' } },
    }),
    ...each(
      { 'no models': { models: [] }, 'no step': { models: [{ model_id: '<model>' }] }, 'a step of 2^60+1': { models: [{ model_id: '<model>', step: 1152921504606846977n }] }, 'a negative step': { models: [{ model_id: '<model>', step: -1 }] } },
      (message) => [fresh, model, post(OUTPUTS, { run_id: '<fresh>', ...message }), seeFresh],
    ),
    ...fiveOf('POST', '/mlflow/experiments/search-datasets', {
      mount: '/ajax-api/2.0',
      before: [post('/mlflow/experiments/create', { name: 'of datasets {n}' }, { bind: { sets: 'experiment_id' } }), post('/mlflow/runs/create', { experiment_id: '<sets>', run_name: 'r', start_time: 1 }, { bind: { fresh: 'run.info.run_id' } }), post(INPUTS, { run_id: '<fresh>', datasets: [input, { dataset: { ...dataset, name: 'e' } }] })],
      fine: { experiment_ids: ['<sets>'] }, missing: ['experiment_ids'],
      wrong: { 'a text': { experiment_ids: '<sets>' }, 'numbers': { experiment_ids: [1] } }, over: { '21 experiments': { experiment_ids: Array.from({ length: 21 }, () => '<exp>') } }, foreign: { 'an unknown experiment': { experiment_ids: ['999999999'] } },
    }),
  ],
};

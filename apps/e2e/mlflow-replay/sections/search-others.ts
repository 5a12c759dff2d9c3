import { each, fiveOf, get, of, post, type Section } from '../replay-case.js';

const EXPERIMENTS = '/mlflow/experiments/search';
const experiment = (name: string, bound: string, tags: object[] = []) => post('/mlflow/experiments/create', { name, tags }, { bind: { [bound]: 'experiment_id' } });

export const searchExperiments: Section = {
  name: 'search experiments',
  setup: [
    experiment('find alpha', 'e1', [{ key: 'team', value: 'red' }]),
    experiment('find Beta', 'e2', [{ key: 'team', value: 'blue' }, { key: 'x.y', value: '1' }]),
    experiment('find gamma', 'e3'),
    post('/mlflow/experiments/create', { name: 'find gone' }, { bind: { gone: 'experiment_id' } }),
    post('/mlflow/experiments/delete', { experiment_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', EXPERIMENTS, {
      fine: { max_results: 10, filter: "name LIKE 'find%'", order_by: ['name ASC'], view_type: 'ACTIVE_ONLY' },
      missing: ['max_results', 'order_by', 'view_type'],
      wrong: { 'max_results is a word': { max_results: 'x' }, 'max_results is a text of digits': { max_results: '10' }, 'max_results is 0': { max_results: 0 }, 'max_results is -1': { max_results: -1 }, 'max_results is a fraction': { max_results: 1.5 }, 'filter is a number': { filter: 5 }, 'order_by is a text': { order_by: 'name' }, 'order_by holds numbers': { order_by: [5] }, 'an unknown view': { view_type: 'SOME' }, 'view 9': { view_type: 9 }, 'a token of nonsense': { page_token: 'nonsense' } },
      over: { 'max_results 50001': { max_results: 50_001 } },
      foreign: { 'deleted': { view_type: 'DELETED_ONLY' }, 'all': { view_type: 'ALL' } },
    }),
    ...fiveOf('GET', EXPERIMENTS, { fine: { max_results: '10', filter: "name LIKE 'find%'", order_by: 'name' }, missing: ['max_results', 'order_by'], wrong: { 'max_results is a word': { max_results: 'x' }, 'two orders': { order_by: ['name DESC', 'creation_time'] } }, foreign: { 'deleted': { view_type: 'DELETED_ONLY' } } }),
    of('in pages', post(EXPERIMENTS, { max_results: 2, filter: "name LIKE 'find%'", order_by: ['name'] }, { bind: { page: 'next_page_token' } }), post(EXPERIMENTS, { max_results: 2, filter: "name LIKE 'find%'", order_by: ['name'], page_token: '<page>' })),
    ...["name = 'find alpha'", "name != 'find alpha' AND name LIKE 'find%'", "name ILIKE 'FIND%'", "name LIKE 'find%'", "attribute.name = 'find alpha'", "attributes.name = 'find alpha'", "tags.team = 'red'", "tags.team != 'red' AND name LIKE 'find%'", "tags.team LIKE 'r%'", "tags.team ILIKE 'R%'", "tag.team = 'red'", "tags.`x.y` = '1'", 'tags."x.y" = "1"', 'tags.x.y = "1"', "tags.team IS NULL AND name LIKE 'find%'", "tags.team IS NOT NULL AND name LIKE 'find%'", 'creation_time > 0 AND name = "find alpha"', "creation_time > 'x'", "last_update_time >= 0 AND name = 'find alpha'", "name > 'a'", "name IN ('find alpha')", "lifecycle_stage = 'active'", "nix = 'x'", "metrics.a = 1", "name = 'a' OR name = 'b'", 'name', "name = find", '', "experiment_id = '0'", "name = 'find alpha' AND", "tags.team IN ('red')", "name = 5", "creation_time = 'find'"].map((filter) => of(`filter ${filter}`, post(EXPERIMENTS, { max_results: 50, filter: filter === '' ? "name LIKE 'find%' AND name LIKE '%'" : filter, order_by: ['name'] }))),
    ...[['name'], ['name DESC'], ['experiment_id'], ['experiment_id DESC'], ['creation_time', 'name'], ['last_update_time DESC'], ['attribute.name'], ['tags.team'], ['nix'], [''], ['name ASC DESC'], ['lifecycle_stage']].map((order_by) => of(`order ${order_by.join(' / ')}`, post(EXPERIMENTS, { max_results: 50, filter: "name LIKE 'find%'", order_by }))),
  ],
};

const MODELS = '/mlflow/registered-models/search';
const VERSIONS = '/mlflow/model-versions/search';
const model = (name: string, tags: object[] = []) => post('/mlflow/registered-models/create', { name, tags });
const version = (name: string, fields: object = {}) => post('/mlflow/model-versions/create', { name, source: 's3://b/m', ...fields });

export const searchModels: Section = {
  name: 'search registered models',
  setup: [model('seek-alpha', [{ key: 'team', value: 'red' }]), model('seek-Beta', [{ key: 'team', value: 'blue' }]), model('seek-gamma'), version('seek-alpha'), version('seek-alpha')],
  cases: [
    ...fiveOf('GET', MODELS, { fine: { filter: "name LIKE 'seek%'", max_results: '10', order_by: 'name' }, missing: ['filter', 'max_results', 'order_by'], wrong: { 'max_results is a word': { max_results: 'x' }, 'max_results is 0': { max_results: '0' }, 'max_results is -1': { max_results: '-1' }, 'a token of nonsense': { page_token: 'nonsense' } }, over: { 'max_results 1001': { max_results: '1001' }, 'max_results 1000': { max_results: '1000' } } }).filter(({ title }) => !/without filter/.test(title)),
    of('in pages', get(MODELS, { filter: "name LIKE 'seek%'", max_results: '2' }, { bind: { page: 'next_page_token' } }), get(MODELS, { filter: "name LIKE 'seek%'", max_results: '2', page_token: '<page>' })),
    ...["name = 'seek-alpha'", "name != 'seek-alpha' AND name LIKE 'seek%'", "name ILIKE 'SEEK%'", "tags.team = 'red'", "tags.team != 'red' AND name LIKE 'seek%'", "tags.team LIKE 'r%'", "tag.team = 'red'", "tags.`team` ILIKE 'RED'", "name > 'a'", "nix = 'x'", "name IN ('seek-alpha')", "version = 1", "name = 'a' OR name = 'b'", 'name', 'name = seek', "description = 'x'", "attributes.name = 'seek-alpha'", "tags.team IS NULL", "name LIKE 'seek%' AND name LIKE '%alpha'", "name = 5", "tags.team > 'a'", "metrics.a > 1"].map((filter) => of(`filter ${filter}`, get(MODELS, { filter, max_results: '50' }))),
    ...[['name'], ['name DESC'], ['timestamp', 'name'], ['last_updated_timestamp DESC', 'name'], ['creation_timestamp', 'name'], ['nix'], ['name ASC DESC'], ['tags.team'], [''], ['attribute.name']].map((order_by) => of(`order ${order_by.join(' / ')}`, get(MODELS, { filter: "name LIKE 'seek%'", order_by }))),
  ],
};

export const searchVersions: Section = {
  name: 'search model versions',
  setup: [
    post('/mlflow/experiments/create', { name: 'of searched versions' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    model('look-a'), model('look-B'),
    version('look-a', { run_id: '<run>', tags: [{ key: 'team', value: 'red' }] }), version('look-a', { source: 's3://b/other' }), version('look-B', { tags: [{ key: 'team', value: 'blue' }] }),
    post('/mlflow/model-versions/transition-stage', { name: 'look-a', version: '1', stage: 'Production' }),
    post('/mlflow/registered-models/alias', { name: 'look-a', alias: 'champion', version: '2' }),
  ],
  cases: [
    ...fiveOf('GET', VERSIONS, { fine: { filter: "name = 'look-a'", max_results: '10', order_by: 'version_number' }, missing: ['max_results', 'order_by'], wrong: { 'max_results is a word': { max_results: 'x' }, 'max_results is 0': { max_results: '0' }, 'a token of nonsense': { page_token: 'nonsense' } }, over: { 'max_results 200001': { max_results: '200001' }, 'max_results 200000': { max_results: '200000' } } }),
    of('in pages', get(VERSIONS, { filter: "name LIKE 'look%'", max_results: '2' }, { bind: { page: 'next_page_token' } }), get(VERSIONS, { filter: "name LIKE 'look%'", max_results: '2', page_token: '<page>' })),
    ...["name = 'look-a'", "name LIKE 'look%'", "name ILIKE 'LOOK%'", "name != 'look-a' AND name LIKE 'look%'", "run_id = '<run>'", "run_id IN ('<run>')", "run_id IN ('<run>', 'x')", "run_id IN ()", "run_id LIKE '<run>'", "version_number = 1 AND name LIKE 'look%'", "version_number > 1 AND name LIKE 'look%'", "version_number = 'x'", "source_path = 's3://b/other'", "source_path LIKE 's3://b/o%'", "tags.team = 'red'", "tags.team != 'red' AND name LIKE 'look%'", "tags.team LIKE 'b%'", "name IN ('look-a')", "current_stage = 'Production'", "nix = 'x'", "name = 'a' OR name = 'b'", 'name', "creation_timestamp > 0 AND name = 'look-a'", "version = '1'", "name > 'a'", "alias = 'champion'", "attributes.name = 'look-a'"].map((filter) => of(`filter ${filter}`, get(VERSIONS, { filter }))),
    ...[['name'], ['name DESC', 'version_number'], ['version_number', 'name'], ['creation_timestamp', 'name', 'version_number'], ['last_updated_timestamp DESC', 'name', 'version_number'], ['nix'], ['version_number ASC DESC'], ['tags.team'], ['']].map((order_by) => of(`order ${order_by.join(' / ')}`, get(VERSIONS, { filter: "name LIKE 'look%'", order_by }))),
  ],
};

const LOGGED = '/mlflow/logged-models/search';
const logged = (index: number, fields: object) => post('/mlflow/logged-models', { experiment_id: '<exp>', ...fields }, { bind: { [`m${index}`]: 'model.info.model_id' } });
const point = (index: number, key: string, value: number, more: object = {}) => post('/mlflow/runs/log-metric', { run_id: '<run>', key, value, timestamp: 10 + index, step: 0, model_id: `<m${index}>`, ...more });

export const searchLoggedModels: Section = {
  name: 'search logged models',
  setup: [
    post('/mlflow/experiments/create', { name: 'of logged models' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    logged(1, { name: 'one', model_type: 'agent', params: [{ key: 'lr', value: '0.1' }], tags: [{ key: 'team', value: 'red' }] }),
    logged(2, { name: 'two', source_run_id: '<run>', params: [{ key: 'lr', value: '0.2' }] }),
    logged(3, { name: 'three', tags: [{ key: 'team', value: 'blue' }] }),
    point(1, 'acc', 0.5, { dataset_name: 'd', dataset_digest: 'x' }), point(2, 'acc', 0.9), point(1, 'acc', 0.7, { dataset_name: 'e', dataset_digest: 'y', timestamp: 50 }),
    post('/mlflow/logged-models', { experiment_id: '<exp>', name: 'gone' }, { bind: { m4: 'model.info.model_id' } }),
    { verb: 'DELETE', path: '/mlflow/logged-models/<m4>' },
  ],
  cases: [
    ...fiveOf('POST', LOGGED, {
      fine: { experiment_ids: ['<exp>'], filter: 'metrics.acc > 0.6', max_results: 10, order_by: [{ field_name: 'creation_time', ascending: true }] },
      missing: ['experiment_ids', 'filter', 'max_results', 'order_by'],
      wrong: { 'experiment_ids is a text': { experiment_ids: '<exp>' }, 'experiment_ids is empty': { experiment_ids: [] }, 'filter is a number': { filter: 5 }, 'max_results is a word': { max_results: 'x' }, 'max_results is 0': { max_results: 0 }, 'max_results is -1': { max_results: -1 }, 'order_by is a text': { order_by: 'x' }, 'order_by holds texts': { order_by: ['creation_time'] }, 'no field': { order_by: [{ ascending: true }] }, 'datasets is a text': { datasets: 'x' }, 'a dataset without name': { datasets: [{ dataset_digest: 'x' }] }, 'ascending is a text': { order_by: [{ field_name: 'name', ascending: 'true' }] } },
      foreign: { 'an unknown experiment': { experiment_ids: ['999999999'] }, 'an experiment that is no number': { experiment_ids: ['abc'] } },
    }),
    ...each({ 'a dataset': { datasets: [{ dataset_name: 'd' }] }, 'a dataset with digest': { datasets: [{ dataset_name: 'd', dataset_digest: 'x' }], filter: 'metrics.acc > 0.4' }, 'another digest': { datasets: [{ dataset_name: 'd', dataset_digest: 'nix' }], filter: 'metrics.acc > 0.4' }, 'by a metric': { order_by: [{ field_name: 'metrics.acc', ascending: false }] }, 'by a metric on a dataset': { order_by: [{ field_name: 'metrics.acc', ascending: true, dataset_name: 'd', dataset_digest: 'x' }] }, 'by name': { order_by: [{ field_name: 'name' }] }, 'by nothing known': { order_by: [{ field_name: 'nix' }] }, 'by a param': { order_by: [{ field_name: 'params.lr' }] }, 'a digest without name': { order_by: [{ field_name: 'metrics.acc', dataset_digest: 'x' }] } }, (message) => post(LOGGED, { experiment_ids: ['<exp>'], ...message })),
    of('in pages', post(LOGGED, { experiment_ids: ['<exp>'], max_results: 2, order_by: [{ field_name: 'name' }] }, { bind: { page: 'next_page_token' } }), post(LOGGED, { experiment_ids: ['<exp>'], max_results: 2, order_by: [{ field_name: 'name' }], page_token: '<page>' })),
    ...["name = 'one'", "name LIKE 't%'", "name ILIKE 'T%'", "name IN ('one', 'two')", "name != 'one'", "attributes.name = 'one'", "model_type = 'agent'", "status = 'PENDING'", "status = 'LOGGED_MODEL_PENDING'", "params.lr = '0.1'", "params.lr != '0.1'", "tags.team = 'red'", "tags.team LIKE 'b%'", "metrics.acc >= 0.7", "metrics.acc = 0.9", "metrics.nix > 0", "source_run_id = '<run>'", "model_id = '<m1>'", "creation_time > 0", "creation_timestamp > 0", "name = 'one' AND metrics.acc > 0", "name = 'one' OR name = 'two'", 'name', "nix = 'x'", "params.lr > 1", "metrics.acc > 'x'", "name > 'a'", "tags.team IS NULL", "experiment_id = '1'"].map((filter) => of(`filter ${filter}`, post(LOGGED, { experiment_ids: ['<exp>'], filter, order_by: [{ field_name: 'name', ascending: true }] }))),
  ],
};

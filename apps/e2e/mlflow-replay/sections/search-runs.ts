import { each, fiveOf, get, of, post, type Section } from '../replay-case.js';

const SEARCH = '/mlflow/runs/search';
const run = (index: number, fields: { metrics?: object[]; params?: object[]; tags?: object[] }) => [
  post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: `run ${index}`, start_time: 1000 + index, user_id: index % 2 === 0 ? 'ann' : 'bob' }, { bind: { [`r${index}`]: 'run.info.run_id' } }),
  post('/mlflow/runs/log-batch', { run_id: `<r${index}>`, ...fields }),
];
const metric = (key: string, value: unknown, step = 0) => ({ key, value, timestamp: 10, step });
const by = (filter: string) => ({ experiment_ids: ['<exp>'], filter });

export const searchRuns: Section = {
  name: 'search runs',
  setup: [
    post('/mlflow/experiments/create', { name: 'searched' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'searched too' }, { bind: { second: 'experiment_id' } }),
    ...run(1, { metrics: [metric('loss', 0.1), metric('a b', 1)], params: [{ key: 'lr', value: '0.1' }, { key: 'ünï', value: 'ä' }], tags: [{ key: 'team', value: 'red' }] }),
    ...run(2, { metrics: [metric('loss', 0.5)], params: [{ key: 'lr', value: '0.01' }], tags: [{ key: 'team', value: 'blue' }, { key: 'quo"te', value: "it's" }].slice(0, 1) }),
    ...run(3, { metrics: [metric('loss', 'NaN')], params: [{ key: 'lr', value: '10%' }], tags: [{ key: 'team', value: 'Red_x' }] }),
    ...run(4, { metrics: [metric('loss', 'Infinity')], params: [], tags: [{ key: 'other.tag', value: '1' }] }),
    ...run(5, { metrics: [], params: [{ key: 'lr', value: '' }], tags: [] }),
    post('/mlflow/runs/update', { run_id: '<r2>', status: 'FINISHED', end_time: 2000 }),
    post('/mlflow/runs/update', { run_id: '<r3>', status: 'FAILED', end_time: 3000 }),
    post('/mlflow/runs/create', { experiment_id: '<second>', run_name: 'elsewhere', start_time: 900 }, { bind: { r6: 'run.info.run_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'gone', start_time: 800 }, { bind: { r7: 'run.info.run_id' } }),
    post('/mlflow/runs/delete', { run_id: '<r7>' }),
    post('/mlflow/runs/log-inputs', { run_id: '<r1>', datasets: [{ dataset: { name: 'iris', digest: 'd1', source_type: 'local', source: 'x' }, tags: [{ key: 'mlflow.data.context', value: 'train' }] }] }),
  ],
  cases: [
    ...fiveOf('POST', SEARCH, {
      fine: { experiment_ids: ['<exp>'], filter: 'metrics.loss < 1', max_results: 10, order_by: ['metrics.loss DESC'] },
      missing: ['experiment_ids', 'filter', 'max_results', 'order_by'],
      wrong: { 'experiment_ids is a text': { experiment_ids: '<exp>' }, 'filter is a number': { filter: 5 }, 'max_results is a word': { max_results: 'x' }, 'max_results is a fraction': { max_results: 1.5 }, 'max_results is 0': { max_results: 0 }, 'max_results is -1': { max_results: -1 }, 'max_results is null': { max_results: null }, 'order_by is a text': { order_by: 'metrics.loss' }, 'order_by holds numbers': { order_by: [5] }, 'an unknown view': { run_view_type: 'SOME' }, 'a view by number': { run_view_type: 3 }, 'view 9': { run_view_type: 9 }, 'a token of nonsense': { page_token: 'nonsense' } },
      over: { 'max_results 50001': { max_results: 50_001 }, 'max_results 50000': { max_results: 50_000 }, 'max_results past 32 bits': { max_results: 99999999999 } },
      foreign: { 'an unknown experiment': { experiment_ids: ['999999999'] }, 'no experiments': { experiment_ids: [] }, 'two experiments': { experiment_ids: ['<exp>', '<second>'] }, 'an experiment that is no number': { experiment_ids: ['abc'] }, 'the same twice': { experiment_ids: ['<exp>', '<exp>'] } },
    }),
    ...each({ 'deleted': { run_view_type: 'DELETED_ONLY' }, 'all': { run_view_type: 'ALL' }, 'active': { run_view_type: 'ACTIVE_ONLY' } }, (message) => post(SEARCH, { experiment_ids: ['<exp>'], ...message })),
    of('in pages', post(SEARCH, { experiment_ids: ['<exp>'], max_results: 2 }, { bind: { page: 'next_page_token' } }), post(SEARCH, { experiment_ids: ['<exp>'], max_results: 2, page_token: '<page>' }, { bind: { page: 'next_page_token' } }), post(SEARCH, { experiment_ids: ['<exp>'], max_results: 2, page_token: '<page>' })),
    of('a page that ends exactly', post(SEARCH, { experiment_ids: ['<exp>'], max_results: 5 })),
    of('by GET', get(SEARCH, { experiment_ids: '<exp>' })),
    ...[
      "metrics.loss >= 0.1", "metrics.loss = 0.5", "metrics.loss != 0.5", "metrics.loss > 0", "metrics.loss <= 0.5", 'metrics."loss" < 1', 'metrics.`a b` = 1', 'metrics."a b" = 1', 'metric.loss < 1', 'metrics.loss < 1e3', 'metrics.loss < -1', 'metrics.nix < 1', 'metrics.loss IS NULL', 'metrics.loss < "1"', "metrics.loss LIKE '1'", "metrics.loss = 'x'",
      "params.lr = '0.1'", 'params.lr = "0.1"', "params.lr != '0.1'", "params.lr LIKE '0.%'", "params.lr LIKE '10%'", "params.lr = ''", "params.lr IN ('0.1', '0.01')", "params.lr NOT IN ('0.1')", "params.lr IN ()", "params.lr IN ('a',)", "params.lr IS NULL", 'params.lr IS NOT NULL', 'params.lr > 1', 'params.lr = 0.1', "param.lr = '0.1'", "parameters.lr = '0.1'", 'params.`ünï` = "ä"', "params.ünï = 'ä'", "params.nix IS NULL",
      "tags.team = 'red'", "tags.team != 'red'", "tags.team LIKE 'Red%'", "tags.team ILIKE 'RED%'", "tags.team LIKE '%e%'", "tags.team LIKE 'Red_x'", 'tags."other.tag" = "1"', 'tags.other.tag = "1"', "tag.team = 'red'", 'tags.team IS NULL', "tags.mlflow.runName = 'run 1'", 'tags.`mlflow.runName` LIKE "run%"', 'tags.team = red', "tags.team > 'a'",
      "status = 'RUNNING'", "attributes.status = 'FINISHED'", "attribute.status != 'RUNNING'", "status = 'running'", "status LIKE 'FIN%'", "attr.status = 'FAILED'", "run.status = 'FAILED'", 'start_time > 1002', 'attributes.start_time = 1001', "start_time = 'x'", 'attributes.end_time > 0', 'end_time < 2500', "user_id = 'ann'", "attributes.user_id LIKE 'b%'", "run_id = '<r1>'", "attributes.run_id IN ('<r1>', '<r2>')", "run_id NOT IN ('<r1>')", "run_name = 'run 1'", "attributes.run_name LIKE 'run%'", "attributes.`run name` = 'run 1'", "run_name IN ('run 1')", "attributes.artifact_uri LIKE '%artifacts'", "lifecycle_stage = 'active'", "attributes.nix = 'x'", "created > 0", "attributes.created > 0", "run_id IN ('x', 5)", 'start_time LIKE 5', "experiment_id = '1'",
      "datasets.name = 'iris'", "dataset.digest = 'd1'", "datasets.context = 'train'", "datasets.name LIKE 'i%'", "datasets.name IN ('iris', 'x')", "datasets.nix = 'x'", "datasets.name != 'iris'", 'datasets.name > 1',
      "metrics.loss < 1 AND params.lr = '0.1'", "metrics.loss < 1 and tags.team = 'red'", "metrics.loss < 1 OR metrics.loss > 2", "NOT metrics.loss < 1", "(metrics.loss < 1)", 'metrics.loss < 1 AND', 'AND metrics.loss < 1', "metrics.loss < 1 AND AND params.lr = '1'", "metrics.loss <> 1", 'metrics.loss == 1', 'metrics.loss', '= 1', '1 = 1', "'red' = tags.team", 'metrics.loss < metrics.loss', '', '   ', "tags.team = 'red", "tags.team = 'it''s'", 'tags.team = "a\'b"', "tags.team = 'a;b'", "tags.team = 'red'; DROP TABLE runs", "-- comment", "metrics.loss < 1 -- comment", "metrics.loss<1", "metrics . loss < 1", "METRICS.loss < 1", "Params.lr = '0.1'", 'metrics.loss < 1 AND metrics.loss < 1', "foo.bar = 'x'", 'tags = 5', "tags.team = ('red')", 'tags.team = NULL', 'tags.team = true', 'metrics.loss BETWEEN 0 AND 1', "params.lr LIKE 'a' AND params.lr ILIKE 'b'", "tags.team LIKE", 'metrics.loss < 1,', "tags.`team = 'red'",
    ].map((filter) => of(`filter ${filter}`, post(SEARCH, by(filter)))),
    ...[
      ['metrics.loss'], ['metrics.loss ASC'], ['metrics.loss DESC'], ['metrics.nix'], ['params.lr'], ['params.lr DESC'], ['tags.team'], ['tags.team desc'], ['start_time'], ['attributes.start_time DESC'], ['attribute.status', 'start_time'], ['end_time'], ['end_time DESC'], ['run_name DESC'], ['attributes.`run name`'], ['user_id', 'run_name'], ['metrics.`a b`'], ['metrics."a b" DESC'], ['created DESC'], ['Created'], ['nix'], ['attributes.nix'], [''], ['metrics.loss ASC DESC'], ['metrics.loss sideways'], ['metrics.loss, params.lr'], ['loss'], ['metrics'], ['datasets.name'], ['dataset.digest DESC'], ['params.lr', 'metrics.loss'], ['metrics.loss', 'metrics.loss DESC'], ['attributes.experiment_id'], ['lifecycle_stage'], ['experiment_id'], ['status DESC', 'start_time ASC'], ['"metrics.loss"'], ['metrics.loss;'], ['start_time  DESC'], ['tags."mlflow.runName" DESC'],
    ].map((order_by) => of(`order ${order_by.join(' / ')}`, post(SEARCH, { experiment_ids: ['<exp>'], order_by }))),
  ],
};

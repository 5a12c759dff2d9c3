import { each, fiveOf, get, of, post, raw, type Section } from '../replay-case.js';

const LOG = '/mlflow/runs/log-metric';
const HISTORY = '/mlflow/metrics/get-history';
const BULK = '/mlflow/metrics/get-history-bulk';
const INTERVAL = '/mlflow/metrics/get-history-bulk-interval';
const fresh = post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'fresh', start_time: 1 }, { bind: { fresh: 'run.info.run_id' } });
const seeFresh = get('/mlflow/runs/get', { run_id: '<fresh>' });
const NOBODY = 'e'.repeat(32);
const history = (key: string) => get(HISTORY, { run_id: '<fresh>', metric_key: key });
const series = (key: string, count: number, scale = 1) => Array.from({ length: count }, (_, step) => ({ key, value: step * scale, timestamp: 1000 + step, step }));

export const metrics: Section = {
  name: 'metrics',
  setup: [
    post('/mlflow/experiments/create', { name: 'of metrics' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 's', start_time: 1 }, { bind: { second: 'run.info.run_id' } }),
    post('/mlflow/runs/log-batch', { run_id: '<run>', metrics: series('loss', 40, 0.5) }, { sort: ['run', 'second'] }),
    post('/mlflow/runs/log-batch', { run_id: '<second>', metrics: series('loss', 7) }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'gone', start_time: 1 }, { bind: { gone: 'run.info.run_id' } }),
    post(LOG, { run_id: '<gone>', key: 'loss', value: 1, timestamp: 1 }),
    post('/mlflow/runs/delete', { run_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', LOG, {
      before: [fresh], after: [seeFresh],
      fine: { run_id: '<fresh>', key: 'm', value: 0.25, timestamp: 1000, step: 3 },
      missing: ['run_id', 'key', 'value', 'timestamp', 'step'],
      wrong: { 'run_id is a number': { run_id: 1 }, 'key is a number': { key: 5 }, 'value is a word': { value: 'high' }, 'value is true': { value: true }, 'value is a list': { value: [1] }, 'value is null': { value: null }, 'timestamp is a word': { timestamp: 'now' }, 'timestamp is a fraction': { timestamp: 1.5 }, 'timestamp is null': { timestamp: null }, 'step is a word': { step: 'x' }, 'step is a fraction': { step: 0.5 }, 'model_id is a number': { model_id: 5 }, 'dataset_name is a number': { dataset_name: 5 }, 'a key with a dollar': { key: 'a$' }, 'a key that climbs': { key: '../a' }, 'a key with a slash at the end': { key: 'a/' }, 'a key with two slashes': { key: 'a//b' } },
      over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a step past 64 bits': { step: 9223372036854775808n }, 'a timestamp past 64 bits': { timestamp: 99999999999999999999n } },
      foreign: { 'an unknown run': { run_id: NOBODY }, 'a deleted run': { run_id: '<gone>' }, 'an unknown model': { model_id: 'm-0' } },
    }),
    ...each(
      {
        'NaN': { value: 'NaN' }, 'Infinity': { value: 'Infinity' }, '-Infinity': { value: '-Infinity' }, 'a number as text': { value: '0.5' }, 'an integer': { value: 7 }, 'minus zero': { value: -0.0 }, 'tiny': { value: 5e-324 }, 'huge': { value: 1.7976931348623157e308 }, 'an integer past 2^53': { value: 9007199254740993n },
        'timestamp as text': { timestamp: '77' }, 'timestamp zero': { timestamp: 0 }, 'a negative timestamp': { timestamp: -1 }, 'a step of 2^60+1': { step: 1152921504606846977n }, 'a negative step': { step: -3 }, 'the smallest step': { step: -9223372036854775808n }, 'step as text': { step: '12' },
        'a key in Unicode': { key: 'ünï日本' }, 'a key with a slash': { key: 'val/acc' }, 'a key with a blank': { key: 'my metric' }, 'a key with dots': { key: 'a.b-c_d' }, 'a key with a colon': { key: 'a:b' }, 'a key of 250 signs': { key: 'k'.repeat(250) },
        'a dataset': { dataset_name: 'd', dataset_digest: 'x' }, 'run_uuid alone': { run_id: undefined, run_uuid: '<fresh>' },
      },
      (message) => [fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 1.5, timestamp: 10, step: 0, ...message }), seeFresh, history(String((message as { key?: string }).key ?? 'm'))],
    ),
    of('POST log-metric: NaN as a bare word', fresh, raw('POST', LOG, '{"run_id":"<fresh>","key":"m","value":NaN,"timestamp":1}'), seeFresh),
    of('POST log-metric: the latest is of the greatest step', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 1, timestamp: 5, step: 9 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 2, timestamp: 9, step: 3 }), seeFresh, history('m')),
    of('POST log-metric: then of the greatest time', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 1, timestamp: 9, step: 1 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 2, timestamp: 5, step: 1 }), seeFresh, history('m')),
    of('POST log-metric: then of the greatest value', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 3, timestamp: 5, step: 1 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 2, timestamp: 5, step: 1 }), seeFresh, history('m')),
    of('POST log-metric: the same point twice', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 3, timestamp: 5, step: 1 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 3, timestamp: 5, step: 1 }), history('m')),
    of('POST log-metric: NaN after a number', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 3, timestamp: 5, step: 1 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 'NaN', timestamp: 5, step: 1 }), seeFresh, history('m')),
    of('POST log-metric: a number after NaN', fresh, post(LOG, { run_id: '<fresh>', key: 'm', value: 'NaN', timestamp: 5, step: 1 }), post(LOG, { run_id: '<fresh>', key: 'm', value: 3, timestamp: 5, step: 1 }), seeFresh),
    ...fiveOf('GET', HISTORY, { fine: { run_id: '<run>', metric_key: 'loss' }, missing: ['run_id', 'metric_key'], wrong: { 'max_results is a word': { max_results: 'x' }, 'max_results is 0': { max_results: '0' }, 'max_results is -1': { max_results: '-1' }, 'a token of nonsense': { max_results: '5', page_token: 'nonsense' } }, over: { 'max_results past 32 bits': { max_results: '99999999999' } }, foreign: { 'an unknown run': { run_id: NOBODY }, 'an unknown metric': { metric_key: 'nix' }, 'a deleted run': { run_id: '<gone>' } } }),
    of('GET get-history: in pages', get(HISTORY, { run_id: '<run>', metric_key: 'loss', max_results: '15' }, { bind: { page: 'next_page_token' } }), get(HISTORY, { run_id: '<run>', metric_key: 'loss', max_results: '15', page_token: '<page>' }, { bind: { page: 'next_page_token' } }), get(HISTORY, { run_id: '<run>', metric_key: 'loss', max_results: '15', page_token: '<page>' })),
    of('GET get-history: a page that ends exactly', get(HISTORY, { run_id: '<run>', metric_key: 'loss', max_results: '40' })),
    of('GET get-history: by run_uuid', get(HISTORY, { run_uuid: '<run>', metric_key: 'loss', max_results: '1' })),
    ...each({ 'as the dashboards ask': { run_id: ['<run>', '<second>'], metric_key: 'loss' }, 'one run': { run_id: '<run>', metric_key: 'loss' }, 'no run': { metric_key: 'loss' }, 'no key': { run_id: '<run>' }, 'an empty key': { run_id: '<run>', metric_key: '' }, 'an unknown key': { run_id: '<run>', metric_key: 'nix' }, 'an unknown run': { run_id: NOBODY, metric_key: 'loss' }, 'a limit': { run_id: ['<run>', '<second>'], metric_key: 'loss', max_results: '5' }, 'a limit of 0': { run_id: '<run>', metric_key: 'loss', max_results: '0' }, 'a limit that is a word': { run_id: '<run>', metric_key: 'loss', max_results: 'x' }, 'a limit past 25000': { run_id: '<run>', metric_key: 'loss', max_results: '25001' }, 'a deleted run': { run_id: '<gone>', metric_key: 'loss' }, '101 runs': { run_id: Array.from({ length: 101 }, () => '<run>'), metric_key: 'loss' } }, (query) => get(BULK, query, { mount: '/ajax-api/2.0' })),
    of('GET get-history-bulk: not under /api', get(BULK, { run_id: '<run>', metric_key: 'loss' })),
    ...fiveOf('GET', INTERVAL, { fine: { run_ids: ['<run>', '<second>'], metric_key: 'loss', max_results: '10' }, missing: ['run_ids', 'metric_key', 'max_results'], wrong: { 'a limit of 0': { max_results: '0' }, 'a limit that is a word': { max_results: 'x' }, 'a start alone': { start_step: '2' }, 'an end alone': { end_step: '2' }, 'an end before the start': { start_step: '9', end_step: '2' }, 'a step that is a word': { start_step: 'x', end_step: '2' } }, over: { 'a limit of 2501': { max_results: '2501' }, '101 runs': { run_ids: Array.from({ length: 101 }, () => '<run>') } }, foreign: { 'an unknown run': { run_ids: NOBODY }, 'an unknown metric': { metric_key: 'nix' }, 'a deleted run': { run_ids: '<gone>' } } }),
    ...each({ 'steps 10 to 20': { start_step: '10', end_step: '20' }, 'one step': { start_step: '10', end_step: '10' }, 'beyond the end': { start_step: '30', end_step: '900' }, 'before the start': { start_step: '-9', end_step: '-1' }, 'sampled to 3': { max_results: '3' }, 'sampled to 1': { max_results: '1' }, 'sampled to 7': { max_results: '7' }, 'sampled within steps': { start_step: '5', end_step: '35', max_results: '4' } }, (query) => get(INTERVAL, { run_ids: ['<run>', '<second>'], metric_key: 'loss', ...query })),
  ],
};

import { each, fiveOf, get, of, post, raw, type Section } from '../replay-case.js';

const BATCH = '/mlflow/runs/log-batch';
const fresh = post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'fresh', start_time: 1 }, { bind: { fresh: 'run.info.run_id' } });
const seeFresh = get('/mlflow/runs/get', { run_id: '<fresh>' });
const metric = { key: 'm', value: 1, timestamp: 1, step: 0 };
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

export const logBatch: Section = {
  name: 'log-batch',
  setup: [
    post('/mlflow/experiments/create', { name: 'of batches' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'gone', start_time: 1 }, { bind: { gone: 'run.info.run_id' } }),
    post('/mlflow/runs/delete', { run_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', BATCH, {
      before: [fresh], after: [seeFresh],
      fine: { run_id: '<fresh>', metrics: [metric], params: [{ key: 'p', value: 'v' }], tags: [{ key: 't', value: 'w' }] },
      missing: ['run_id', 'metrics', 'params', 'tags'],
      wrong: {
        'run_id is a number': { run_id: 4 }, 'metrics is an object': { metrics: {} }, 'params is a text': { params: 'x' }, 'tags is a number': { tags: 5 }, 'a metric is a text': { metrics: ['x'] }, 'a metric without key': { metrics: [{ value: 1, timestamp: 1 }] }, 'a metric without value': { metrics: [{ key: 'm', timestamp: 1 }] }, 'a metric without timestamp': { metrics: [metric, { key: 'm', value: 1 }] }, 'a metric value that is a word': { metrics: [{ ...metric, value: 'x' }] }, 'a metric value null': { metrics: [{ ...metric, value: null }] }, 'a timestamp that is a fraction': { metrics: [{ ...metric, timestamp: 1.5 }] }, 'a step that is a word': { metrics: [{ ...metric, step: 'x' }] },
        'a param without key': { params: [{ value: 'v' }] }, 'a param with an empty key': { params: [{ key: '', value: 'v' }] }, 'a param value that is a number': { params: [{ key: 'p', value: 5 }] }, 'a tag without key': { tags: [{ value: 'v' }] }, 'a tag value that is a number': { tags: [{ key: 't', value: 5 }] }, 'a bad metric key': { metrics: [{ ...metric, key: 'a$' }] }, 'a bad param key': { params: [{ key: 'a$', value: 'v' }] }, 'a bad tag key': { tags: [{ key: '../t', value: 'v' }] },
      },
      over: {
        '1001 metrics': { metrics: many(1001, (step) => ({ ...metric, step })), params: [], tags: [] }, '101 params': { params: many(101, (index) => ({ key: `p${index}`, value: 'v' })) }, '101 tags': { tags: many(101, (index) => ({ key: `t${index}`, value: 'v' })) }, '1001 in all': { metrics: many(900, (step) => ({ ...metric, step })), params: many(100, (index) => ({ key: `p${index}`, value: 'v' })), tags: [{ key: 'a', value: 'b' }] },
        'a param value of 6001 signs': { params: [{ key: 'p', value: 'v'.repeat(6001) }] }, 'a tag value of 8001 signs': { tags: [{ key: 't', value: 'v'.repeat(8001) }] }, 'a metric key of 251 signs': { metrics: [{ ...metric, key: 'k'.repeat(251) }] }, 'a param key of 251 signs': { params: [{ key: 'k'.repeat(251), value: 'v' }] }, 'a body of more than a megabyte': { tags: [{ key: 't', value: 'v'.repeat(1_000_001) }] },
      },
      foreign: { 'an unknown run': { run_id: 'c'.repeat(32) }, 'a deleted run': { run_id: '<gone>' } },
    }),
    ...each(
      {
        'nothing': {}, 'empty lists': { metrics: [], params: [], tags: [] }, 'lists null': { metrics: null, params: null, tags: null }, '1000 metrics': { metrics: many(1000, (step) => ({ ...metric, step })) }, '100 params': { params: many(100, (index) => ({ key: `p${index}`, value: 'v' })) }, '100 tags': { tags: many(100, (index) => ({ key: `t${index}`, value: 'v' })) },
        'the same param twice': { params: [{ key: 'p', value: '1' }, { key: 'p', value: '1' }] }, 'a param with two values': { params: [{ key: 'p', value: '1' }, { key: 'p', value: '2' }] }, 'a tag with two values': { tags: [{ key: 't', value: '1' }, { key: 't', value: '2' }] }, 'the same metric twice': { metrics: [metric, metric] }, 'metrics out of order': { metrics: [{ ...metric, step: 5, value: 5 }, { ...metric, step: 2, value: 2 }, { ...metric, step: 9, value: 9 }, { ...metric, step: 9, timestamp: 0, value: 8 }] },
        'NaN and the infinities': { metrics: [{ ...metric, key: 'a', value: 'NaN' }, { ...metric, key: 'b', value: 'Infinity' }, { ...metric, key: 'c', value: '-Infinity' }] }, 'a metric without step': { metrics: [{ key: 'm', value: 1, timestamp: 5 }] }, 'numbers as texts': { metrics: [{ key: 'm', value: '1.5', timestamp: '7', step: '3' }] }, 'a step of 2^60+1': { metrics: [{ ...metric, step: 1152921504606846977n }] }, 'a param without value': { params: [{ key: 'p' }] }, 'an empty param': { params: [{ key: 'p', value: '' }] }, 'a tag without value': { tags: [{ key: 't' }] },
        'the name of the run': { tags: [{ key: 'mlflow.runName', value: 'batch name' }] }, 'Unicode': { params: [{ key: 'ü', value: '日本' }], tags: [{ key: 'ö', value: '🚀' }], metrics: [{ ...metric, key: 'ä' }] }, 'a metric with a dataset': { metrics: [{ ...metric, dataset_name: 'd', dataset_digest: 'x' }] }, 'a metric with another run id': { metrics: [{ ...metric, run_id: 'b'.repeat(32) }] },
        'one bad of three': { params: [{ key: 'ok', value: '1' }], metrics: [metric], tags: [{ key: 'a$', value: '1' }] },
      },
      (message) => [fresh, post(BATCH, { run_id: '<fresh>', ...message }), seeFresh],
    ),
    // What MLflow kept of it until then is left out of the comparison: ours keeps nothing.
    of('POST log-batch: a metric of an unknown model', fresh, post(BATCH, { run_id: '<fresh>', metrics: [{ ...metric, model_id: 'm-1' }] })),
    of('POST log-batch: run_uuid alone', fresh, post(BATCH, { run_uuid: '<fresh>', params: [{ key: 'p', value: '1' }] }), seeFresh),
    of('POST log-batch: a bare NaN', fresh, raw('POST', BATCH, '{"run_id":"<fresh>","metrics":[{"key":"m","value":NaN,"timestamp":1}]}'), seeFresh),
    of('POST log-batch: a broken body', raw('POST', BATCH, '{"run_id"')),
    of('POST log-batch: a list as body', raw('POST', BATCH, '[]')),
  ],
};

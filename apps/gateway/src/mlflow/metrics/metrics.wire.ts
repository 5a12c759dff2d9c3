import { DomainError } from '@modelyard/kernel';
import { atMostItems, isInteger, isList, isListOfTexts, isText, required, within } from '../proto/checks.js';
import { maybeInt32, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Of a sampled history, per run. */
export const MAX_SAMPLES = 2500;
const MAX_RUNS = 100;

/** Messages of MLflow's metric histories (mlflow 3.17, service.proto and handlers.py). */
export const getHistory = request(
  { run_id: text, run_uuid: text, metric_key: text, max_results: maybeInt32, page_token: text },
  { run_id: [isText, required], metric_key: [isText, required], page_token: [isText] },
);
export const getHistoryInterval = request(
  { run_ids: texts, metric_key: text, start_step: maybeInt32, end_step: maybeInt32, max_results: maybeInt32 },
  {
    run_ids: [required, isList, isListOfTexts, atMostItems(MAX_RUNS, (length) => `GetMetricHistoryBulkInterval request must specify at most ${MAX_RUNS} run_ids. Received ${length} run_ids.`)],
    metric_key: [required, isText],
    start_step: [isInteger],
    end_step: [isInteger],
    max_results: [isInteger, within(1, MAX_SAMPLES, `max_results must be between 1 and ${MAX_SAMPLES}.`)],
  },
);

const MAX_BULK_POINTS = 25_000;

/** The query of the bulk history, which is no protobuf message. Throws INVALID_ARGUMENT in MLflow's words. */
export function bulkQuery(query: Readonly<Record<string, unknown>>): { runIds: string[]; metricKey: string; maxResults: number } {
  const values = (key: string) => (Object.hasOwn(query, key) ? [query[key]].flat().map(String) : []);
  const runIds = values('run_id');
  if (runIds.length === 0) throw new DomainError('INVALID_ARGUMENT', 'GetMetricHistoryBulk request must specify at least one run_id.', { field: 'run_id' });
  const [metricKey] = values('metric_key');
  if (runIds.length <= MAX_RUNS && metricKey === undefined) throw new DomainError('INVALID_ARGUMENT', 'GetMetricHistoryBulk request must specify a metric_key.', { field: 'metric_key' });
  const [limit = String(MAX_BULK_POINTS)] = values('max_results');
  if (!/^\s*[+-]?\d{1,18}\s*$/.test(limit)) throw new DomainError('INVALID_ARGUMENT', `Invalid value '${limit.slice(0, 100)}' for parameter 'max_results' supplied: it must be an integer.`, { field: 'max_results' });
  return { runIds, metricKey: metricKey ?? '', maxResults: Math.min(Number(limit), MAX_BULK_POINTS) };
}

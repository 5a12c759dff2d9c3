import { shown } from '../filter-error.js';
import type { Grammar, ValueRule } from '../grammar.js';
import { LIST, NUMERIC, PRESENCE, TEXT } from './operators.js';
import { entityWord, invalidClause, notOneOf, notParsed, onlyListsFor, unknownKey, wrongValue } from './wording.js';

const text: ValueRule = { type: 'text', operators: TEXT };
const listable: ValueRule = { type: 'text', operators: [...TEXT, ...LIST] };
const optional: ValueRule = { type: 'text', operators: [...TEXT, ...PRESENCE] };
const time: ValueRule = { type: 'int64', operators: NUMERIC, fractions: true };
const runName: ValueRule = { ...text, canonical: 'run_name' };
const startTime: ValueRule = { ...time, canonical: 'start_time' };

/**
 * Search of runs (mlflow.utils.search_utils.SearchUtils, sqlalchemy_store._get_sqlalchemy_filter_clauses). What the
 * clauses mean to a query:
 * - A metric is its latest value. NaN matches `!=` and nothing else; infinities are ordinary values (there is no literal
 *   for them, `1e999` is one).
 * - A key that the run lacks matches nothing, `!=` and LIKE included (MLflow joins inner). `IS NULL` is the anti-join:
 *   the run has no such key; an empty value is not null. An attribute that is NULL matches nothing.
 * - `run_name` is compared with the tag `mlflow.runName`, not with the column; ordering by it uses the column.
 * - Several dataset clauses may be met by different datasets of one run. `context` is the input's tag `mlflow.data.context`.
 * - The aliases `created` and `Run name` are attributes only. (MLflow also turns `tags.created` into `tags.start_time`.)
 * - Order: for a metric numbers first, then NaN, then runs without it, whatever the direction; other NULLs last too.
 */
export const RUNS: Grammar = {
  prefixes: {
    attribute: 'attribute',
    attributes: 'attribute',
    attr: 'attribute',
    run: 'attribute',
    metric: 'metric',
    metrics: 'metric',
    param: 'param',
    params: 'param',
    parameter: 'param',
    parameters: 'param',
    tag: 'tag',
    tags: 'tag',
    dataset: 'dataset',
    datasets: 'dataset',
  },
  entities: {
    attribute: {
      keys: {
        run_id: listable,
        run_name: text,
        'run name': runName,
        'Run name': runName,
        'Run Name': runName,
        user_id: text,
        status: text,
        artifact_uri: text,
        start_time: time,
        created: startTime,
        Created: startTime,
        end_time: time,
      },
    },
    metric: { anyKey: { type: 'double', operators: NUMERIC } },
    param: { anyKey: optional },
    tag: { anyKey: optional },
    dataset: { keys: { name: listable, digest: listable, context: listable } },
  },
  quoting: 'strict',
  wording: {
    unknownPrefix: (prefix) =>
      `Invalid entity type '${shown(prefix)}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']`,
    unknownKey,
    operator: notOneOf,
    value: wrongValue,
    listRefused: () => onlyListsFor(['run_id']),
    presenceRefused: (entity, key) =>
      `IS NULL / IS NOT NULL is only supported for tags and params, not for '${entityWord(entity)}' '${shown(key)}'`,
    notParsed,
    invalidClause,
  },
  order: {
    attributes: {
      run_id: 'run_id',
      run_name: 'run_name',
      user_id: 'user_id',
      status: 'status',
      artifact_uri: 'artifact_uri',
      start_time: 'start_time',
      created: 'start_time',
      Created: 'start_time',
      end_time: 'end_time',
    },
    entities: ['metric', 'param', 'tag'],
    duplicates: 'refused',
    unknownKey: (key, keys) => unknownKey('attribute', key, keys),
    unordered: (entity) => `Invalid identifier type '${entity}'`,
    fallback: [],
    tieBreakers: [
      { entity: 'attribute', key: 'start_time', ascending: false },
      { entity: 'attribute', key: 'run_id', ascending: true },
    ],
  },
};

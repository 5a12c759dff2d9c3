import type { Entity } from '../comparison.js';
import { quoted, shown } from '../filter-error.js';
import type { Grammar, RefusedOperator, ValueRule } from '../grammar.js';
import { LIST, NUMERIC, TEXT } from './operators.js';
import { unknownKey, unorderedEntity } from './wording.js';

const text: ValueRule = { type: 'text', operators: [...TEXT, ...LIST] };
const created: ValueRule = { type: 'int64', operators: NUMERIC, fractions: true, canonical: 'creation_timestamp' };
const updated: ValueRule = { ...created, canonical: 'last_updated_timestamp' };

const PLURALS: Readonly<Record<string, string>> = { attribute: 'attributes', metric: 'metrics', param: 'params', tag: 'tags' };

function fieldName(entity: Entity, key: string): string {
  return `${PLURALS[entity] ?? entity}.${key}`;
}

function refusedOperator({ entity, key, operator, rule }: RefusedOperator): string {
  const expected = rule.operators.map((allowed) => `'${allowed}'`).join(', ');
  return `Invalid comparison operator for ${shown(fieldName(entity, key))}: '${shown(operator)}'. Expected one of (${expected}).`;
}

function invalid(text: string): string {
  return `Invalid filter string: ${quoted(text)}. Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').`;
}

/**
 * Search of logged models (search_logged_model_utils): a reader of its own in MLflow. Prefixes are plural, values may be
 * bare (`params.lr = 0.01`), double quotes belong to the value, and there is no IS NULL.
 * - A metric clause holds if any logged point of that metric matches, at any step, of the datasets asked for if there are
 *   any. `datasets` without a metric clause asks for a metric on one of them. A missing key matches nothing.
 * - `status` is compared by its name. Ordering by a metric takes the point with the highest timestamp, then step, then
 *   the lowest run id. NULLs are last.
 */
export const LOGGED_MODELS: Grammar = {
  prefixes: { attributes: 'attribute', metrics: 'metric', params: 'param', tags: 'tag' },
  entities: {
    attribute: {
      keys: {
        name: text,
        model_id: text,
        model_type: text,
        status: text,
        source_run_id: text,
        experiment_id: { type: 'integer-text', operators: ['=', '!=', ...LIST] },
        creation_timestamp: created,
        creation_time: created,
        creation_timestamp_ms: created,
        last_updated_timestamp: updated,
        last_updated_time: updated,
        last_updated_timestamp_ms: updated,
      },
    },
    metric: { anyKey: { type: 'double', operators: NUMERIC } },
    param: { anyKey: text },
    tag: { anyKey: text },
  },
  quoting: 'loose',
  wording: {
    unknownPrefix: (prefix) =>
      `Invalid entity type: '${shown(prefix)}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`,
    unknownKey,
    operator: refusedOperator,
    value: (entity, key, _rule, found) => `Invalid value for ${entity} '${shown(key)}': ${shown(found)}. Check its type and quotes.`,
    listRefused: () => 'A list of values needs IN or NOT IN.',
    presenceRefused: (entity, key) => `Invalid comparison: ${shown(fieldName(entity, key))}IS NULL. Expected a comparison with 3 tokens.`,
    notParsed: invalid,
    invalidClause: (_found, text) => invalid(text),
  },
  order: {
    attributes: {
      name: 'name',
      model_id: 'model_id',
      model_type: 'model_type',
      status: 'status',
      source_run_id: 'source_run_id',
      creation_timestamp: 'creation_timestamp',
      creation_time: 'creation_timestamp',
      creation_timestamp_ms: 'creation_timestamp',
      last_updated_timestamp: 'last_updated_timestamp',
      last_updated_time: 'last_updated_timestamp',
      last_updated_timestamp_ms: 'last_updated_timestamp',
    },
    entities: ['metric'],
    duplicates: 'ignored',
    unknownKey: (key) => `Invalid order by field name: ${shown(key)}`,
    unordered: unorderedEntity,
    fallback: [],
    tieBreakers: [
      { entity: 'attribute', key: 'creation_timestamp', ascending: false },
      { entity: 'attribute', key: 'model_id', ascending: true },
    ],
  },
};

import { shown } from '../filter-error.js';
import type { Grammar, RefusedOperator, ValueRule } from '../grammar.js';
import { LIST, NUMERIC, PRESENCE, TEXT } from './operators.js';
import { notParsed, onlyListsFor, unknownKey, unknownPrefix, wrongValue } from './wording.js';

const time: ValueRule = { type: 'int64', operators: NUMERIC };

function refusedOperator({ entity, key, operator, rule }: RefusedOperator): string {
  if (key === 'experiment_id') return `Invalid comparator for experiment_id: ${shown(operator)}`;
  if (entity === 'tag') return `Invalid comparator for tag: ${shown(operator)}`;
  return `Invalid comparator for ${rule.type === 'int64' ? 'numeric' : 'string'} attribute: ${shown(operator)}`;
}

/**
 * Search of experiments (SearchExperimentsUtils, sqlalchemy_store._get_search_experiments_filter_clauses). A tag that the
 * experiment lacks matches nothing but `IS NULL`. The order gets no special treatment of NULL: PostgreSQL puts it
 * last going up and first going down. MLflow wants LIKE in capitals here; any case is taken.
 */
export const EXPERIMENTS: Grammar = {
  prefixes: { attribute: 'attribute', tag: 'tag', tags: 'tag' },
  entities: {
    attribute: {
      keys: {
        name: { type: 'text', operators: TEXT },
        experiment_id: { type: 'integer-text', operators: ['=', '!=', ...LIST] },
        creation_time: time,
        last_update_time: time,
      },
    },
    tag: { anyKey: { type: 'text', operators: [...TEXT, ...PRESENCE] } },
  },
  quoting: 'strict',
  wording: {
    unknownPrefix,
    unknownKey,
    operator: refusedOperator,
    value: wrongValue,
    listRefused: () => onlyListsFor(['experiment_id']),
    presenceRefused: (_entity, key) => `IS NULL / IS NOT NULL is only supported for tags, not for attribute '${shown(key)}'`,
    notParsed,
  },
  order: {
    attributes: {
      name: 'name',
      experiment_id: 'experiment_id',
      creation_time: 'creation_time',
      last_update_time: 'last_update_time',
    },
    entities: [],
    duplicates: 'ignored',
    unknownKey: (key, keys) => unknownKey('attribute', key, keys),
    fallback: [
      { entity: 'attribute', key: 'creation_time', ascending: false },
      { entity: 'attribute', key: 'experiment_id', ascending: true },
    ],
    tieBreakers: [{ entity: 'attribute', key: 'experiment_id', ascending: false }],
  },
};

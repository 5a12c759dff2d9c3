import { shown } from '../filter-error.js';
import type { Grammar, RefusedOperator, ValueRule } from '../grammar.js';
import { LIST, NUMERIC, PRESENCE, TEXT } from './operators.js';
import { bareInvalidClause, notOneOf, notParsed, onlyListsFor, unknownKey, unknownPrefix, unorderedEntity, wrongValue } from './wording.js';

const time: ValueRule = { type: 'int64', operators: NUMERIC };

function refusedOperator(refused: RefusedOperator): string {
  if (refused.key === 'experiment_id') return `Invalid comparator for experiment_id: ${shown(refused.operator)}`;
  if (refused.entity === 'tag') return `Invalid comparator for tag: ${shown(refused.operator)}`;
  // MLflow names IN and NOT IN too, which it takes for other attributes.
  const operators = refused.key === 'name' ? [...TEXT, ...LIST] : refused.rule.operators;
  return `${notOneOf({ ...refused, rule: { ...refused.rule, operators } })}'`;
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
    invalidClause: bareInvalidClause,
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
    unordered: unorderedEntity,
    fallback: [
      { entity: 'attribute', key: 'creation_time', ascending: false },
      { entity: 'attribute', key: 'experiment_id', ascending: true },
    ],
    tieBreakers: [{ entity: 'attribute', key: 'experiment_id', ascending: false }],
  },
};

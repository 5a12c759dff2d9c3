import { shown } from '../filter-error.js';
import type { Grammar, ValueRule } from '../grammar.js';
import { NUMERIC, TEXT } from './operators.js';
import { bareInvalidClause, notParsed, onlyListsFor, REGISTRY_WORDING, unknownKey, unorderedEntity, wrongValue } from './wording.js';

const text: ValueRule = { type: 'text', operators: TEXT };
const time: ValueRule = { type: 'int64', operators: NUMERIC };

/** Search of evaluation datasets (SearchEvaluationDatasetsUtils). A tag that the dataset lacks matches nothing. */
export const EVALUATION_DATASETS: Grammar = {
  prefixes: { tags: 'tag' },
  entities: {
    attribute: { keys: { name: { type: 'text', operators: [...TEXT, 'IN'] }, created_by: text, last_updated_by: text, created_time: time, last_update_time: time } },
    tag: { anyKey: text },
  },
  quoting: 'strict',
  wording: {
    ...REGISTRY_WORDING,
    unknownPrefix: (prefix) => `Invalid identifier token '${shown(prefix)}' specified`,
    value: wrongValue,
    listRefused: () => onlyListsFor(['name']),
    notParsed,
    invalidClause: bareInvalidClause,
  },
  order: {
    attributes: { name: 'name', created_time: 'created_time', last_update_time: 'last_update_time' },
    entities: [],
    duplicates: 'ignored',
    unknownKey: (key, keys) => unknownKey('attribute', key, keys),
    unordered: unorderedEntity,
    fallback: [{ entity: 'attribute', key: 'created_time', ascending: false }],
    tieBreakers: [{ entity: 'attribute', key: 'dataset_id', ascending: false }],
  },
};

import { shown, shownSet } from '../filter-error.js';
import type { Grammar, ValueRule } from '../grammar.js';
import { REGISTRY_WORDING, unorderedEntity } from './wording.js';

const text: ValueRule = { type: 'text', operators: ['=', '!='] };

/** Search of issues (SearchIssuesUtils). Their order is fixed. */
export const ISSUES: Grammar = {
  prefixes: {},
  entities: { attribute: { keys: { status: text, source_run_id: text } } },
  quoting: 'strict',
  wording: {
    ...REGISTRY_WORDING,
    unknownKey: (_entity, key, keys) => `Invalid filter field '${shown(key)}'. Supported fields: ${shownSet(keys)}`,
    unknownPrefix: (prefix) => `Invalid filter field '${shown(prefix)}'. Supported fields: ${shownSet(['status', 'source_run_id'])}`,
    operator: ({ operator, rule }) => `Invalid comparator '${shown(operator)}'. Supported comparators: ${shownSet(rule.operators)}`,
    listRefused: () => 'Issues are not compared with lists. Compare with one value.',
  },
  order: { attributes: {}, entities: [], duplicates: 'refused', unknownKey: (key) => `Issues cannot be ordered by '${shown(key)}'.`, unordered: unorderedEntity, fallback: [], tieBreakers: [] },
};

import { shown } from '../filter-error.js';
import type { Grammar, ValueRule } from '../grammar.js';
import { invalidClause, notParsed, wrongValue } from './wording.js';

const equal: ValueRule = { type: 'text', operators: ['='] };

/**
 * Filters of the aggregates of traces (mlflow.utils.search_utils.SearchTraceMetricsUtils): each is one comparison by `=`.
 * `trace.status`, `trace.tag.<key>` and `trace.metadata.<key>` are attributes here; `assessment.*` are feedback.
 */
export const TRACE_METRICS: Grammar = {
  prefixes: { trace: 'attribute', span: 'span', assessment: 'feedback' },
  entities: {
    attribute: { keys: { status: equal }, below: { 'tag.': equal, 'metadata.': equal } },
    span: { keys: { name: equal, status: equal, type: equal } },
    feedback: { keys: { name: equal, type: equal } },
  },
  quoting: 'strict',
  wording: {
    unknownPrefix: (prefix) => `Invalid view type '${shown(prefix)}'. Valid values are 'trace', 'span', 'assessment'`,
    unknownKey: (_entity, key) => `Invalid identifier '${shown(key)}'. Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>'.`,
    operator: ({ operator }) => `Invalid comparator: '${shown(operator)}', only '=' operator is supported`,
    value: wrongValue,
    listRefused: () => "Invalid comparator: 'IN', only '=' operator is supported",
    presenceRefused: () => "Invalid comparator: 'IS NULL', only '=' operator is supported",
    notParsed,
    invalidClause,
  },
  order: { attributes: {}, entities: [], duplicates: 'refused', unknownKey: (key) => `Invalid attribute key '${shown(key)}'`, unordered: (entity) => `Invalid identifier type '${entity}'`, fallback: [], tieBreakers: [] },
};

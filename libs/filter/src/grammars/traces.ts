import type { Entity } from '../comparison.js';
import { shown, shownSet } from '../filter-error.js';
import type { Grammar, RefusedOperator, ValueRule } from '../grammar.js';
import { LIST, NUMERIC, PRESENCE, TEXT } from './operators.js';
import { entityWord, invalidClause, notOneOf, notParsed, unknownKey, wrongValue } from './wording.js';

const PATTERNS = [...TEXT, 'RLIKE'] as const;
const text: ValueRule = { type: 'text', operators: [...PATTERNS, ...LIST] };
const optional: ValueRule = { type: 'text', operators: [...PATTERNS, ...PRESENCE] };
const time: ValueRule = { type: 'int64', operators: NUMERIC, fractions: true, quotedNumbers: true };
const content: ValueRule = { type: 'text', operators: ['LIKE', 'ILIKE'] };
const assessment: ValueRule = { type: 'text-or-score', operators: [...optional.operators, '<', '<=', '>', '>='] };

const PREFIXES = ['tag', 'request_metadata', 'attribute', 'span', 'feedback', 'expectation', 'issue', 'tags', 'attributes', 'trace', 'metadata'];

/**
 * Search of traces (mlflow.utils.search_utils.SearchTraceUtils, sqlalchemy_store._get_filter_clauses_for_search_traces).
 * What the clauses mean to a query:
 * - All `span.*` clauses of a filter are met by one and the same span. `span.attributes.<k>` is a text match on the whole
 *   span as JSON: LIKE looks for `"<k>"` and then the pattern; `=` so never matches, as in MLflow.
 * - `feedback.<name>` and `expectation.<name>` look at valid assessments. `=` matches the JSON value raw (`true`, `5`) or
 *   quoted. An assessment of a whole session counts for each trace of the session. `issue.id` is the issue's name.
 * - `run_id =` also finds traces that were linked to the run.
 * - A missing tag or metadata matches nothing, `!=` included; `IS NULL` is the anti-join.
 */
export const TRACES: Grammar = {
  prefixes: {
    attribute: 'attribute',
    attributes: 'attribute',
    trace: 'attribute',
    tag: 'tag',
    tags: 'tag',
    metadata: 'metadata',
    request_metadata: 'metadata',
    span: 'span',
    feedback: 'feedback',
    expectation: 'expectation',
    issue: 'issue',
  },
  renamed: {
    name: { entity: 'tag', key: 'mlflow.traceName' },
    prompt: { entity: 'tag', key: 'mlflow.linkedPrompts' },
    run_id: { entity: 'metadata', key: 'mlflow.sourceRun' },
    text: { entity: 'span', key: 'content' },
  },
  entities: {
    attribute: {
      keys: {
        request_id: text,
        client_request_id: text,
        status: text,
        timestamp_ms: time,
        timestamp: { ...time, canonical: 'timestamp_ms' },
        execution_time_ms: time,
        execution_time: { ...time, canonical: 'execution_time_ms' },
        end_time_ms: time,
        end_time: { ...time, canonical: 'end_time_ms' },
      },
    },
    tag: { anyKey: optional },
    metadata: { anyKey: optional },
    span: { keys: { name: text, type: text, status: text, content }, below: { 'attributes.': text } },
    feedback: { anyKey: assessment },
    expectation: { anyKey: assessment },
    issue: { keys: { id: { type: 'text', operators: ['='] } } },
  },
  quoting: 'strict',
  wording: {
    unknownPrefix: (prefix) => `Invalid entity type '${shown(prefix)}'. Valid values are ${shownSet(PREFIXES)}`,
    unknownKey: unknownTraceKey,
    operator: refusedOperator,
    value: wrongTraceValue,
    listRefused: () => "Only attributes in {'request_id', 'client_request_id', 'status'} supports comparison with a list of quoted string values.",
    presenceRefused: (entity, key) => `Invalid comparator: IS NULL / IS NOT NULL is only supported for tags, metadata and assessments, not for '${entityWord(entity)}' '${shown(key)}'`,
    notParsed,
    invalidClause,
  },
  order: {
    attributes: {
      experiment_id: 'experiment_id',
      timestamp: 'timestamp_ms',
      timestamp_ms: 'timestamp_ms',
      execution_time: 'execution_time_ms',
      execution_time_ms: 'execution_time_ms',
      end_time: 'end_time_ms',
      end_time_ms: 'end_time_ms',
      status: 'status',
      request_id: 'request_id',
    },
    entities: ['tag', 'metadata'],
    duplicates: 'refused',
    unknownKey: (key, keys) => unknownKey('attribute', key, [...keys, 'name', 'run_id']),
    unordered: (entity) => `Invalid identifier type '${entityWord(entity)}'`,
    fallback: [],
    tieBreakers: [
      { entity: 'attribute', key: 'timestamp_ms', ascending: false },
      { entity: 'attribute', key: 'request_id', ascending: true },
    ],
  },
};

function unknownTraceKey(entity: Entity, key: string, keys: readonly string[]): string {
  switch (entity) {
    case 'span':
      return `Invalid span attribute '${shown(key)}'. Supported attributes: name, status, type, attributes.<attribute_name>.`;
    case 'issue':
      return `Invalid issue attribute '${shown(key)}'. Supported attributes: id`;
    default:
      return unknownKey(entity, key, [...keys, 'name', 'run_id', 'prompt', 'text']);
  }
}

function refusedOperator(refused: RefusedOperator): string {
  const { entity, key, operator, rule } = refused;
  switch (entity) {
    case 'span':
    case 'issue':
      return `${entity}.${shown(key)} comparator '${shown(operator)}' not one of '${shownSet(rule.operators)}'`;
    case 'feedback':
    case 'expectation':
      return `assessment.${shown(key)} comparator '${shown(operator)}' not one of '${shownSet(rule.operators)}'`;
    default:
      return notOneOf(refused);
  }
}

function wrongTraceValue(entity: Entity, key: string, rule: ValueRule, found: string): string {
  if (rule.type !== 'text-or-score') return wrongValue(entity, key, rule, found);
  const [operator] = rule.operators;
  return rule.operators.length === 1
    ? `Expected a numeric value for ${entity} when using comparator '${operator}'. Got value ${shown(found)}`
    : `Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${shown(found)}`;
}

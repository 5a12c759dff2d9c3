import { parseOrderBy, totalOrder, TRACES } from '../index.js';
import { itAccepts, itRefuses, refusalOf } from '../testing.js';

/** Filter, then [entity, key, operator, value] of each clause, as MLflow 3.17 answers. */
itAccepts(TRACES, [
  ["status = 'OK'", [['attribute', 'status', '=', 'OK']]],
  ["trace.status IN ('OK', 'ERROR')", [['attribute', 'status', 'IN', ['OK', 'ERROR']]]],
  ['timestamp > 1700000000000 AND timestamp_ms <= 5', [['attribute', 'timestamp_ms', '>', 1700000000000n], ['attribute', 'timestamp_ms', '<=', 5n]]],
  ['execution_time < 1.5', [['attribute', 'execution_time_ms', '<', 1.5]]],
  ['attributes.end_time != 3', [['attribute', 'end_time_ms', '!=', 3n]]],
  ["name RLIKE '^n'", [['tag', 'mlflow.traceName', 'RLIKE', '^n']]],
  ['name IS NULL', [['tag', 'mlflow.traceName', 'IS NULL', null]]],
  ["run_id = 'r'", [['metadata', 'mlflow.sourceRun', '=', 'r']]],
  ["prompt = 'a/1'", [['tag', 'mlflow.linkedPrompts', '=', 'a/1']]],
  ["trace.text LIKE '%x%'", [['span', 'content', 'LIKE', '%x%']]],
  ["tags.`service.name` = 'svc' AND metadata.`mlflow.trace.session` IS NOT NULL", [['tag', 'service.name', '=', 'svc'], ['metadata', 'mlflow.trace.session', 'IS NOT NULL', null]]],
  ["request_metadata.k ILIKE 'V'", [['metadata', 'k', 'ILIKE', 'V']]],
  ["span.name IN ('a') AND span.type = 'LLM' AND span.status != 'OK'", [['span', 'name', 'IN', ['a']], ['span', 'type', '=', 'LLM'], ['span', 'status', '!=', 'OK']]],
  ["span.attributes.model.name LIKE '%x%'", [['span', 'attributes.model.name', 'LIKE', '%x%']]],
  ["span.content ILIKE '%x%'", [['span', 'content', 'ILIKE', '%x%']]],
  ["feedback.good = 'true' AND feedback.score >= 0.5 AND expectation.e IS NULL", [['feedback', 'good', '=', 'true'], ['feedback', 'score', '>=', 0.5], ['expectation', 'e', 'IS NULL', null]]],
  ["issue.id = 'is-1'", [['issue', 'id', '=', 'is-1']]],
]);

itRefuses(TRACES, [
  ["name IN ('nm')", 8, "Expected a quoted string value for tag (e.g. 'my-value')"],
  ["tags.color IN ('red')", 14, "Expected a quoted string value for tag (e.g. 'my-value')"],
  ['bogus = 1', 0, "Invalid attribute key 'bogus' specified. Valid keys are"],
  ["foo.x = 'y'", 0, "Invalid entity type 'foo'. Valid values are"],
  ["span.foo = 'x'", 0, "Invalid span attribute 'foo'. Supported attributes: name, status, type, attributes.<attribute_name>."],
  ["status > 'OK'", 7, "Invalid comparator '>' not one of"],
  ['status IS NULL', 7, 'Invalid comparator'],
  ["span.content = 'x'", 13, "span.content comparator '=' not one of"],
  ['feedback.f = 5', 13, "Expected a quoted string value for feedback (e.g. 'my-value'). Got value 5"],
  ["feedback.f > '5'", 13, "Expected a numeric value for feedback when using comparator '>'. Got value '5'"],
  ["issue.id LIKE 'x'", 9, "issue.id comparator 'LIKE' not one of"],
  ["status = 'OK' OR 1=1", 14, 'Invalid clause(s) in filter string'],
  ["timestamp_ms = 'x'", 15, "Invalid value for numeric attribute 'timestamp_ms': 'x'"],
]);

describe('order_by of traces', () => {
  it('is newest first, then by id, and knows names that stand for tags and metadata', () => {
    expect(totalOrder(TRACES, parseOrderBy(TRACES, ['name DESC', 'run_id', 'execution_time', 'tags.a']))).toEqual([
      { entity: 'tag', key: 'mlflow.traceName', ascending: false },
      { entity: 'metadata', key: 'mlflow.sourceRun', ascending: true },
      { entity: 'attribute', key: 'execution_time_ms', ascending: true },
      { entity: 'tag', key: 'a', ascending: true },
      { entity: 'attribute', key: 'timestamp_ms', ascending: false },
      { entity: 'attribute', key: 'request_id', ascending: true },
    ]);
  });

  it.each([
    ['client_request_id', "Invalid attribute key 'client_request_id' specified."],
    ['span.name', "Invalid identifier type 'span'"],
  ])('refuses %s', (item, message) => {
    expect(refusalOf(() => parseOrderBy(TRACES, [item])).message).toContain(message);
  });
});

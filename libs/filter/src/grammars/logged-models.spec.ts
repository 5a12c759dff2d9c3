import { LOGGED_MODELS } from '../index.js';
import { itAccepts, itRefuses } from '../testing.js';

/** Filter, then [entity, key, operator, value] of each clause, as MLflow 3.17 answers. */
itAccepts(LOGGED_MODELS, [
  ['metrics.loss < 0.1', [['metric', 'loss', '<', 0.1]]],
  ['metrics.`val loss` >= 5', [['metric', 'val loss', '>=', 5]]],
  ['metrics.val-loss < inf', [['metric', 'val-loss', '<', Infinity]]],
  ['params.lr = 0.01', [['param', 'lr', '=', '0.01']]],
  ["params.lr = '0.01'", [['param', 'lr', '=', '0.01']]],
  ["tags.a ilike '%x%'", [['tag', 'a', 'ILIKE', '%x%']]],
  ["name = 'x'", [['attribute', 'name', '=', 'x']]],
  ['name = foo', [['attribute', 'name', '=', 'foo']]],
  ['name = "foo"', [['attribute', 'name', '=', '"foo"']]],
  ["attributes.name in ('a','b')", [['attribute', 'name', 'IN', ['a', 'b']]]],
  ['creation_time > 1700000000000', [['attribute', 'creation_timestamp', '>', 1700000000000n]]],
  ["creation_timestamp <= 5 AND model_type = 'agent'", [['attribute', 'creation_timestamp', '<=', 5n], ['attribute', 'model_type', '=', 'agent']]],
  ["status = 'READY'", [['attribute', 'status', '=', 'READY']]],
  ["tags.a NOT IN ('x')", [['tag', 'a', 'NOT IN', ['x']]]],
]);

/** Filter, the offset of the fault, and how the message starts: in MLflow 3.17's words, where it has any. */
itRefuses(LOGGED_MODELS, [
  ['metric.loss < 0.1', 0, "Invalid entity type: 'metric'. Expected one of ['attributes', 'metrics', 'params', 'tags']."],
  ['tags.a IS NULL', 7, 'Invalid comparison: tags.aIS NULL. Expected a comparison with 3 tokens.'],
  ["metrics.a LIKE 'x'", 10, "Invalid comparison operator for metrics.a: 'LIKE'. Expected one of ('<', '<=', '>', '>=', '=', '!=')."],
  ['metrics.a < 1 OR metrics.b < 1', 14, "Invalid filter string: 'metrics.a < 1 OR metrics.b < 1'. Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01')."],
  ["name > 'x'", 5, "Invalid comparison operator for attributes.name: '>'. Expected one of ('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN')."],
  ["creation_timestamp = 'x'", 21, "Invalid value for attribute 'creation_timestamp': 'x'. Check its type and quotes."],
  ["foo = 'x'", 0, "Invalid attribute key 'foo' specified."],
]);

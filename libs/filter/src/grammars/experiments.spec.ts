import { EXPERIMENTS } from '../index.js';
import { itAccepts, itRefuses } from '../testing.js';

/** Filter, then [entity, key, operator, value] of each clause, as MLflow 3.17 answers. */
itAccepts(EXPERIMENTS, [
  ["name = 'x'", [['attribute', 'name', '=', 'x']]],
  ["name ILIKE '%x' AND tags.`a b` != \"c\"", [['attribute', 'name', 'ILIKE', '%x'], ['tag', 'a b', '!=', 'c']]],
  ['tag.a IS NOT NULL', [['tag', 'a', 'IS NOT NULL', null]]],
  ['attribute.creation_time > 1700000000001', [['attribute', 'creation_time', '>', 1700000000001n]]],
  ['last_update_time <= 5', [['attribute', 'last_update_time', '<=', 5n]]],
  ["experiment_id IN ('1', '2')", [['attribute', 'experiment_id', 'IN', ['1', '2']]]],
  ["experiment_id != '007'", [['attribute', 'experiment_id', '!=', '7']]],
]);

/** Filter, the offset of the fault, and how the message starts: in MLflow 3.17's words, where it has any. */
itRefuses(EXPERIMENTS, [
  ['metrics.a > 1', 0, "Invalid entity type 'metrics'. Valid entity types are ('attribute', 'tag', 'tags')"],
  ["foo = 'x'", 0, "Invalid attribute key 'foo' specified."],
  ["name > 'x'", 5, "Invalid comparator '>'"],
  ["name IN ('a')", 8, "Only ['experiment_id'] attributes support comparison with a list of quoted string values."],
  ["creation_time LIKE '5'", 19, "Expected numeric value type for numeric attribute: creation_time. Found '5'"],
  ['creation_time > 1.5', 16, "Invalid value for numeric attribute 'creation_time': '1.5'"],
  ["creation_time = '5'", 16, "Expected numeric value type for numeric attribute: creation_time. Found '5'"],
  ["experiment_id = 'abc'", 16, "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."],
  ["experiment_id LIKE '1'", 14, 'Invalid comparator for experiment_id: LIKE'],
  ["tags.a > 'x'", 7, 'Invalid comparator for tag: >'],
  ['name IS NULL', 5, "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'"],
  ['name = 5', 7, 'Expected a quoted string value for attributes. Got value 5'],
  ["attributes.name = 'x'", 0, "Invalid entity type 'attributes'. Valid entity types are ('attribute', 'tag', 'tags')"],
]);

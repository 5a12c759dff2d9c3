import { REGISTERED_MODELS } from '../index.js';
import { itAccepts, itRefuses } from '../testing.js';

/** Filter, then [entity, key, operator, value] of each clause, as MLflow 3.17 answers. */
itAccepts(REGISTERED_MODELS, [
  ["name = 'x'", [['attribute', 'name', '=', 'x']]],
  ["name ilike '%x%'", [['attribute', 'name', 'ILIKE', '%x%']]],
  ["attribute.name NOT IN ('a','b')", [['attribute', 'name', 'NOT IN', ['a', 'b']]]],
  ["tags.`mlflow.prompt.is_prompt` = 'true'", [['tag', 'mlflow.prompt.is_prompt', '=', 'true']]],
  ["tag.a like 'x'", [['tag', 'a', 'LIKE', 'x']]],
]);

/** Filter, the offset of the fault, and how the message starts: in MLflow 3.17's words, where it has any. */
itRefuses(REGISTERED_MODELS, [
  ['creation_timestamp > 5', 0, "Invalid attribute key 'creation_timestamp' specified."],
  ["name > 'x'", 5, 'Invalid comparator for attribute: >'],
  ["tags.a IN ('x')", 10, "Expected a quoted string value for tag (e.g. 'my-value'). Got value ('x')"],
  ['tags.a IS NULL', 7, "IS NULL / IS NOT NULL is not supported here, remove it for tag 'a'"],
  ['name = 5', 7, 'Expected a quoted string value or a list of quoted string values for attributes. Got value 5'],
  ["params.a = 'x'", 0, "Invalid entity type 'params'. Valid entity types are ('attribute', 'tag', 'tags')"],
  ['version_number = 1', 0, "Invalid attribute key 'version_number' specified."],
]);

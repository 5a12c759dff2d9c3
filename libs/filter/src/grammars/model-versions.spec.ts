import { MODEL_VERSIONS } from '../index.js';
import { itAccepts, itRefuses } from '../testing.js';

/** Filter, then [entity, key, operator, value] of each clause, as MLflow 3.17 answers. */
itAccepts(MODEL_VERSIONS, [
  ["name = 'x' and version_number > 3", [['attribute', 'name', '=', 'x'], ['attribute', 'version_number', '>', 3n]]],
  ["version_number = '4'", [['attribute', 'version_number', '=', 4n]]],
  ['version_number != "5"', [['attribute', 'version_number', '!=', 5n]]],
  ["run_id IN ('a')", [['attribute', 'run_id', 'IN', ['a']]]],
  ["source_path LIKE 's3://%'", [['attribute', 'source_path', 'LIKE', 's3://%']]],
  ["tags.a != 'b'", [['tag', 'a', '!=', 'b']]],
]);

/** Filter, the offset of the fault, and how the message starts: in MLflow 3.17's words, where it has any. */
itRefuses(MODEL_VERSIONS, [
  ['version_number = 1.5', 17, "Invalid value for numeric attribute 'version_number': '1.5'"],
  ["version_number = 'x'", 17, "Invalid value for numeric attribute 'version_number': 'x'"],
  ["version_number LIKE '1'", 15, 'Invalid comparator for attribute version_number: LIKE'],
  ["version_number IN ('1')", 18, "Only ['name', 'run_id'] attributes support comparison with a list of quoted string values."],
  ["source_path IN ('a')", 15, "Only ['name', 'run_id'] attributes support comparison with a list of quoted string values."],
  ['name = 5', 7, "Only the '{'version_number', 'creation_timestamp', 'last_updated_timestamp'}' attributes support comparison with numeric values."],
  ["current_stage = 'x'", 0, "Invalid attribute key 'current_stage' specified."],
  ["tags.a > 'x'", 7, 'Invalid comparator for tag: >'],
]);

import { TRACE_METRICS } from '../index.js';
import { itAccepts, itRefuses } from '../testing.js';

itAccepts(TRACE_METRICS, [
  ["trace.status = 'OK'", [['attribute', 'status', '=', 'OK']]],
  ["trace.tag.team = 'a'", [['attribute', 'tag.team', '=', 'a']]],
  ["trace.metadata.`mlflow.trace.session` = 's'", [['attribute', 'metadata.`mlflow.trace.session`', '=', 's']]],
  ["span.type = 'LLM'", [['span', 'type', '=', 'LLM']]],
  ["assessment.name = 'good'", [['feedback', 'name', '=', 'good']]],
]);

itRefuses(TRACE_METRICS, [
  ["bad = 'OK'", 0, "Invalid identifier 'bad'. Columns should be specified as"],
  ["trace.tag. = 'x'", 11, 'Invalid clause(s) in filter string'],
  ["run.status = 'OK'", 0, "Invalid view type 'run'."],
  ["trace.status != 'OK'", 13, "Invalid comparator: '!=', only '=' operator is supported"],
  ['trace.status = 5', 15, 'Expected a quoted string value'],
]);

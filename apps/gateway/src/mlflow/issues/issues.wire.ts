import type { Issue } from '@modelyard/tracking';
import { isText, required } from '../proto/checks.js';
import { flag, maybeInt32, maybeText, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';

/** Messages of MLflow's issues (mlflow 3.17, issues.proto and handlers.py). */
const id = [required, isText];
const STATE = { status: maybeText, severity: maybeText };

export const CREATE = request(
  { experiment_id: text, name: text, description: text, ...STATE, root_causes: texts, source_run_id: text, created_by: text, categories: texts },
  { name: id, description: id, experiment_id: id },
);
// MLflow looks for the id in the body too, which its client sends.
export const UPDATE = request({ issue_id: text, name: text, description: text, ...STATE }, { issue_id: [required] });
export const SEARCH = request({ experiment_id: text, filter_string: text, max_results: maybeInt32, page_token: text, include_trace_count: flag(false) });

export function issueMessage(issue: Issue) {
  return {
    issue_id: issue.id,
    experiment_id: issue.experimentId,
    name: issue.name,
    description: issue.description,
    status: issue.status,
    severity: issue.severity ?? undefined,
    root_causes: absentIfEmpty(issue.rootCauses),
    source_run_id: issue.sourceRunId ?? undefined,
    created_timestamp: issue.createdTimestamp,
    last_updated_timestamp: issue.lastUpdatedTimestamp,
    created_by: issue.createdBy ?? undefined,
    categories: absentIfEmpty(issue.categories),
    trace_count: issue.traceCount ?? undefined,
  };
}

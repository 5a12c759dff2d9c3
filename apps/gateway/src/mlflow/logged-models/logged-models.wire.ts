import { isInteger, isList, isListOfTexts, isText, required } from '../proto/checks.js';
import { choice, flag, int32, list, maybeText, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's logged models (mlflow 3.17, service.proto and handlers.py). */
const STATUS = choice({ LOGGED_MODEL_PENDING: 1, LOGGED_MODEL_READY: 2, LOGGED_MODEL_UPLOAD_FAILED: 3 });
const ENTRY = { key: text, value: text };
const id = [isText, required];

export const createLoggedModel = request(
  { experiment_id: text, name: text, model_type: text, source_run_id: text, params: list(ENTRY), tags: list(ENTRY) },
  { experiment_id: id, name: [isText], model_type: [isText], source_run_id: [isText], params: [isList], tags: [isList] },
);
/** Clients repeat the id of the path in the body, and MLflow takes the body's. */
export const finalizeLoggedModel = request({ model_id: text, status: STATUS }, { model_id: id, status: [isInteger, required] });
export const loggedModelParams = request({ model_id: text, params: list(ENTRY) }, { model_id: id, params: [isList] });
export const loggedModelTags = request({ tags: list(ENTRY) }, { tags: [isList] });
export const searchLoggedModels = request(
  {
    experiment_ids: texts,
    filter: text,
    datasets: list({ dataset_name: text, dataset_digest: text }),
    max_results: int32(50),
    order_by: list({ field_name: text, ascending: flag(true), dataset_name: text, dataset_digest: text }),
    page_token: text,
  },
  { experiment_ids: [isList, isListOfTexts, required], filter: [isText], datasets: [isList], max_results: [isInteger], order_by: [isList], page_token: [isText] },
);
export const listLoggedModelArtifacts = request({ artifact_directory_path: maybeText }, { artifact_directory_path: [isText] });

/** A logged model without what MLflow does not say of it. Quotes in texts are escaped, so only the key itself matches. */
export function loggedModelMessage(rendered: { readonly text: string }): string {
  return rendered.text.replace(/"created_by" ?: ?"(?:[^"\\]|\\.)*", ?/, '');
}

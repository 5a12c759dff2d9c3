import { z } from 'zod';
import { optionalCount, optionalFlag, optionalText, requiredText, tagList } from '../message-fields.js';
import { choice, list } from '../tracking-fields.js';

const status = choice({ LOGGED_MODEL_PENDING: 1, LOGGED_MODEL_READY: 2, LOGGED_MODEL_UPLOAD_FAILED: 3 });

export const createLoggedModel = z.object({ experiment_id: requiredText, name: optionalText, model_type: optionalText, source_run_id: optionalText, params: tagList, tags: tagList });
export const loggedModelById = z.object({ model_id: requiredText, allow_deleted: optionalFlag });
export const finalizeLoggedModel = z.object({
  model_id: requiredText,
  status: status.refine((value) => value !== undefined, 'required').transform((value) => value ?? 'LOGGED_MODEL_READY'),
});
export const loggedModelParams = z.object({ model_id: requiredText, params: tagList });
export const loggedModelTags = z.object({ model_id: requiredText, tags: tagList });
export const loggedModelTagKey = z.object({ model_id: requiredText, tag_key: requiredText });
export const searchLoggedModels = z.object({
  experiment_ids: list(z.string()).refine((ids) => ids.length > 0, 'required'),
  filter: optionalText,
  datasets: list(z.object({ dataset_name: requiredText, dataset_digest: optionalText })),
  max_results: optionalCount,
  order_by: list(z.object({ field_name: optionalText, ascending: optionalFlag, dataset_name: optionalText, dataset_digest: optionalText })),
  page_token: optionalText,
});

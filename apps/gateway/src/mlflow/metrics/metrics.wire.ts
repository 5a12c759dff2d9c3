import { z } from 'zod';
import { optionalCount, optionalText, requiredText, textList } from '../message-fields.js';
import { int64, runIdFields, withRunId } from '../tracking-fields.js';

export const getHistory = z.object({ ...runIdFields, metric_key: requiredText, max_results: optionalCount, page_token: optionalText }).transform(withRunId);
export const getHistoryBulk = z.object({ run_id: textList, metric_key: requiredText, max_results: optionalCount });
export const getHistoryInterval = z.object({
  run_ids: textList.refine((ids) => ids.length > 0, 'required'),
  metric_key: requiredText,
  start_step: int64,
  end_step: int64,
  max_results: optionalCount,
});

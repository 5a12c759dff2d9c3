import { DomainError } from '@modelyard/kernel';
import type { Int64, TraceInfo, TraceState } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalCount, optionalText, requiredText, tagList, textList } from '../message-fields.js';
import { choice, int64, list, textOrEmpty } from '../tracking-fields.js';
import { isTime } from './trace-fields.js';
import { shownMap } from './traces.wire.js';

const MAX_SHOWN = 250;
const MAX_SHOWN_TAG = 4096;

export const startTrace = z.object({ experiment_id: textOrEmpty, timestamp_ms: int64, request_metadata: tagList, tags: tagList });
export const endTrace = z.object({ request_id: requiredText, timestamp_ms: int64, status: choice({ TRACE_STATUS_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 }), request_metadata: tagList, tags: tagList });
export const traceById = z.object({ request_id: requiredText });
export const searchTraces = z.object({ experiment_ids: list(z.string()).refine((ids) => ids.length > 0, 'required'), filter: optionalText, max_results: optionalCount, order_by: textList, page_token: optionalText });
export const traceTag = z.object({ request_id: requiredText, key: requiredText, value: textOrEmpty });
export const traceTagKey = z.object({ request_id: requiredText, key: requiredText });

export function stateOf(status: z.output<typeof endTrace>['status']): TraceState {
  return status === undefined || status === 'TRACE_STATUS_UNSPECIFIED' ? 'STATE_UNSPECIFIED' : status;
}

/** Milliseconds since the epoch. Throws INVALID_ARGUMENT for what is no time. */
export function timeOf(milliseconds: Int64 | undefined): number {
  const time = Number(milliseconds ?? 0);
  if (isTime(time)) return time;
  throw new DomainError('INVALID_ARGUMENT', `Invalid value ${String(milliseconds)} for parameter 'timestamp_ms' supplied: please specify milliseconds since 1970.`, { field: 'timestamp_ms' });
}

export function recordOf(tags: readonly { readonly key: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** TraceInfo as it was before MLflow 3. */
export function legacyTraceWire(info: TraceInfo) {
  return {
    request_id: info.traceId,
    experiment_id: info.experimentId,
    timestamp_ms: info.requestTime,
    execution_time_ms: info.executionDuration ?? 0,
    status: info.state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : info.state,
    request_metadata: listOf(shownMap(info.metadata, MAX_SHOWN, MAX_SHOWN)),
    tags: listOf(shownMap(info.tags, MAX_SHOWN, MAX_SHOWN_TAG)),
  };
}

function listOf(entries: Readonly<Record<string, string>> | undefined) {
  return entries === undefined ? undefined : Object.entries(entries).map(([key, value]) => ({ key, value }));
}

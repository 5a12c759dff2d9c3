import { DomainError } from '@modelyard/kernel';
import type { Int64, TraceInfo, TraceState } from '@modelyard/tracking';
import type { z } from 'zod';
import { eachHasKey, isInteger, isList, isListOfTexts, isText, required } from '../proto/checks.js';
import { choice, int64, list, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';
import { isTime } from '../proto/well-known.js';
import { SEARCH_CHECKS, SEARCH_PAGE, shownMap } from './traces.wire.js';

const MAX_SHOWN = 250;
const MAX_SHOWN_TAG = 4096;

const ENTRIES = { request_metadata: list({ key: text, value: text }), tags: list({ key: text, value: text }) };
const ENTRY_CHECKS = { request_metadata: [eachHasKey], tags: [eachHasKey] };
const STATUS = choice({ TRACE_STATUS_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 });

export const startTrace = request({ experiment_id: text, timestamp_ms: int64, ...ENTRIES }, { experiment_id: [isText], timestamp_ms: [isInteger], ...ENTRY_CHECKS });
export const endTrace = request({ timestamp_ms: int64, status: STATUS, ...ENTRIES }, { timestamp_ms: [isInteger], status: [isText], ...ENTRY_CHECKS });
export const searchTraces = request({ experiment_ids: texts, ...SEARCH_PAGE }, { experiment_ids: [isList, isListOfTexts, required], ...SEARCH_CHECKS });

/** Throws INVALID_ARGUMENT for no status. */
export function stateOf(status: z.output<typeof endTrace>['status']): TraceState {
  if (status === undefined || status === 'TRACE_STATUS_UNSPECIFIED') throw new DomainError('INVALID_ARGUMENT', 'A trace ends with the status OK or ERROR. Set `status`.', { field: 'status' });
  return status;
}

/** Milliseconds since the epoch. Throws INVALID_ARGUMENT for what is no time. */
export function timeOf(milliseconds: Int64): number {
  const time = Number(milliseconds);
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

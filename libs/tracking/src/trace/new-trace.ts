import type { NewAssessment } from '../assessment/assessment.js';
import { checkLength, missingValue, truncate } from '../entity-name.js';
import { storableText } from '../span/python-json.js';
import { COST_COLUMNS, MAX_SESSION_ID_LENGTH, MAX_TRACE_ID_LENGTH, MAX_TRACE_NAME_LENGTH, MAX_TRACE_VALUE_LENGTH, TOKEN_COLUMNS, TRACE_METADATA, TRACE_TAG, type TraceState } from './trace.js';

/** What a client says of a whole trace when it ends. */
export interface NewTrace {
  readonly traceId: string;
  readonly experimentId: string;
  readonly clientRequestId?: string;
  readonly requestPreview?: string;
  readonly responsePreview?: string;
  /** Milliseconds since the epoch, and milliseconds. */
  readonly requestTime: number;
  readonly executionDuration?: number;
  readonly state: TraceState;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly assessments: readonly NewAssessment[];
}

const MAX_KEY = 250;

/** Checks by MLflow's limits; values that are too long are cut. Throws INVALID_ARGUMENT. */
export function checkNewTrace(trace: NewTrace): { tags: Map<string, string>; metadata: Map<string, string>; name: string | null; columns: Record<string, string | number | null> } {
  if (trace.traceId === '') throw missingValue('trace.trace_info.trace_id');
  checkLength(trace.traceId, MAX_TRACE_ID_LENGTH, 'trace_id');
  const tags = checkedEntries(trace.tags);
  const metadata = checkedEntries(trace.metadata);
  return { ...splitTags(tags), ...splitMetadata(metadata) };
}

/** Takes the name out, which has a column. Throws INVALID_ARGUMENT when it is too long. */
export function splitTags(tags: Map<string, string>): { tags: Map<string, string>; name: string | null } {
  const name = tags.get(TRACE_TAG.name) ?? null;
  checkLength(name ?? '', MAX_TRACE_NAME_LENGTH, 'Trace name');
  return { tags: new Map([...tags].filter(([key]) => key !== TRACE_TAG.name)), name };
}

/** Takes session, token usage and cost out, which have columns. Throws INVALID_ARGUMENT. */
export function splitMetadata(metadata: Map<string, string>): { metadata: Map<string, string>; columns: Record<string, string | number | null> } {
  const session = metadata.get(TRACE_METADATA.session) ?? null;
  checkLength(session ?? '', MAX_SESSION_ID_LENGTH, 'Session ID');
  const tokens = jsonObject(metadata.get(TRACE_METADATA.tokenUsage));
  const costs = jsonObject(metadata.get(TRACE_METADATA.cost));
  const promoted = new Set<string>([TRACE_METADATA.session, TRACE_METADATA.tokenUsage, TRACE_METADATA.cost]);
  return {
    metadata: new Map([...metadata].filter(([key]) => !promoted.has(key))),
    columns: {
      session_id: session,
      ...Object.fromEntries(TOKEN_COLUMNS.map((key) => [key, wholeNumber(tokens[key])])),
      ...Object.fromEntries(COST_COLUMNS.map((key) => [key, typeof costs[key] === 'number' && Number.isFinite(costs[key]) ? costs[key] : null])),
    },
  };
}

/** Keys of at most 250 characters; values cut to 8000. Throws INVALID_ARGUMENT. */
export function checkedEntries(entries: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(entries).map(([key, value]) => {
      checkLength(key, MAX_KEY, 'key');
      return [storableText(key), truncate(storableText(value), MAX_TRACE_VALUE_LENGTH)];
    }),
  );
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

function jsonObject(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

import type { AssessmentDocument } from '../assessment/assessment.js';

export const TRACE_STATES = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
export type TraceState = (typeof TRACE_STATES)[number];

/** What there is to know of a trace without its spans. */
export interface TraceInfo {
  readonly traceId: string;
  /** The id on the wire. */
  readonly experimentId: string;
  readonly clientRequestId: string | null;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  /** Milliseconds since the epoch. */
  readonly requestTime: number;
  /** Milliseconds; null while it goes on. */
  readonly executionDuration: number | null;
  readonly state: TraceState;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly assessments: readonly AssessmentDocument[];
}

/** A trace with its spans as JSON text in MLflow's mapping. */
export interface TraceWithSpans {
  readonly info: TraceInfo;
  readonly spans: readonly string[];
}

/** mlflow.tracing.constant.TraceTagKey and others. */
export const TRACE_TAG = {
  name: 'mlflow.traceName',
  artifactLocation: 'mlflow.artifactLocation',
  spansLocation: 'mlflow.trace.spansLocation',
  archiveLocation: 'mlflow.trace.archiveLocation',
  archivalFailure: 'mlflow.trace.archivalFailure',
  linkedPrompts: 'mlflow.linkedPrompts',
} as const;

/** mlflow.tracing.constant.TraceMetadataKey. */
export const TRACE_METADATA = {
  sourceRun: 'mlflow.sourceRun',
  session: 'mlflow.trace.session',
  user: 'mlflow.trace.user',
  tokenUsage: 'mlflow.trace.tokenUsage',
  cost: 'mlflow.trace.cost',
  finalized: 'mlflow.trace.infoFinalized',
  sizeStats: 'mlflow.trace.sizeStats',
} as const;

/** The tag's value when spans are rows of the database. */
export const TRACKING_STORE = 'TRACKING_STORE';

/** Columns of `traces` that MLflow shows as one JSON object in the metadata, by the keys in it. */
export const TOKEN_COLUMNS = ['input_tokens', 'output_tokens', 'total_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation_input_tokens_above_1hr'] as const;
export const COST_COLUMNS = ['input_cost', 'output_cost', 'total_cost'] as const;

export type TokenColumn = (typeof TOKEN_COLUMNS)[number];
export type CostColumn = (typeof COST_COLUMNS)[number];

/** Limits of MLflow 3.17 (mlflow.utils.validation, mlflow.tracing.constant), in code points. */
export const MAX_TRACE_ID_LENGTH = 50;
export const MAX_TRACE_NAME_LENGTH = 4096;
export const MAX_SESSION_ID_LENGTH = 250;
export const MAX_TRACE_VALUE_LENGTH = 8000;
export const MAX_TRACE_LINKS = 100;

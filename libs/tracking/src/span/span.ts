/** A span as it comes in by OTLP. Ids are lower-case hex, times nanoseconds since the epoch, values JSON as Python writes it. */
export interface SpanInput {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly startTime: bigint;
  /** 0 while the span goes on. */
  readonly endTime: bigint;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Of the process that sent it, such as `service.name`. */
  readonly resource: Attributes;
}

export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';
export type Attributes = ReadonlyMap<string, string>;

export interface SpanEvent {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** Attributes with a meaning to MLflow (mlflow.tracing.constant.SpanAttributeKey). */
export const SPAN_ATTRIBUTE = {
  requestId: 'mlflow.traceRequestId',
  type: 'mlflow.spanType',
  inputs: 'mlflow.spanInputs',
  outputs: 'mlflow.spanOutputs',
  tokenUsage: 'mlflow.chat.tokenUsage',
  tools: 'mlflow.chat.tools',
  messageFormat: 'mlflow.message.format',
  cost: 'mlflow.llm.cost',
  model: 'mlflow.llm.model',
  provider: 'mlflow.llm.provider',
  session: 'session.id',
  conversation: 'gen_ai.conversation.id',
  user: 'user.id',
  tagPrefix: 'mlflow.traceTag.',
} as const;

/** MLflow's id of an OpenTelemetry trace. */
export function traceIdOf(otelTraceId: string): string {
  return `tr-${otelTraceId}`;
}

import { dumpPython, storableText, tryLoadPython, type PythonValue } from './python-json.js';
import { SPAN_ATTRIBUTE, traceIdOf, type Attributes, type SpanInput, type SpanLink, type SpanStatus } from './span.js';
import { translateAttributes, unwrapped } from './translate-attributes.js';

/** A row of `spans`, and what the trace's own values are made of. */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly type: string | null;
  readonly status: SpanStatus;
  readonly startTime: bigint;
  readonly endTime: bigint | null;
  readonly modelName: string | null;
  readonly modelProvider: string | null;
  readonly tokenUsage: string | null;
  readonly cost: string | null;
  readonly inputCost: number | null;
  readonly outputCost: number | null;
  readonly totalCost: number | null;
  readonly content: string;
  /** After translation. */
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

const STATUS_CODES: Readonly<Record<SpanStatus, string>> = { UNSET: 'STATUS_CODE_UNSET', OK: 'STATUS_CODE_OK', ERROR: 'STATUS_CODE_ERROR' };
const MAX_DIMENSION = 500;
const SERVICE_NAME = 'service.name';
/** mlflow.server.otel_api. */
const KNOWN_SERVICES: ReadonlySet<string> = new Set(['claude-code', 'codex_cli_rs', 'codex_vscode', 'gemini-cli', 'qwen-code']);

/** The row of a span that came in. Its content is the text that MLflow would store. */
export function storedSpan(span: SpanInput): StoredSpan {
  const type = span.attributes.get(SPAN_ATTRIBUTE.type);
  const attributes = translateAttributes(new Map([...span.attributes, [SPAN_ATTRIBUTE.requestId, dumpPython(traceIdOf(span.traceId))], ...knownService(span)]), span.events);
  const cost = jsonObject(attributes.get(SPAN_ATTRIBUTE.cost));
  return {
    traceId: traceIdOf(span.traceId),
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: storableText(span.name),
    type: type?.startsWith('"') === true ? storableText(unwrapped(type)) : null,
    status: span.status,
    startTime: span.startTime,
    endTime: span.endTime === 0n ? null : span.endTime,
    modelName: dimension(attributes.get(SPAN_ATTRIBUTE.model)),
    modelProvider: dimension(attributes.get(SPAN_ATTRIBUTE.provider)),
    tokenUsage: jsonObject(attributes.get(SPAN_ATTRIBUTE.tokenUsage)),
    cost,
    ...costs(cost),
    content: contentOf(span, attributes),
    attributes,
    resource: span.resource,
  };
}

/** Of tools that MLflow's UI shows by name, the root span says so itself. */
function knownService({ parentSpanId, resource }: SpanInput): [string, string][] {
  const name = resource.get(SERVICE_NAME);
  return parentSpanId === null && name !== undefined && KNOWN_SERVICES.has(unwrapped(name)) ? [[SERVICE_NAME, name]] : [];
}

/** A finite number of a JSON object; null for everything else. */
export function finiteNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function costs(cost: string | null): Pick<StoredSpan, 'inputCost' | 'outputCost' | 'totalCost'> {
  const values = cost === null ? {} : (JSON.parse(cost) as Record<string, unknown>);
  return { inputCost: finiteNumber(values['input_cost']), outputCost: finiteNumber(values['output_cost']), totalCost: finiteNumber(values['total_cost']) };
}

/** An attribute that holds a JSON object, as its text; null for anything else. */
export function jsonObject(json: string | undefined): string | null {
  if (json === undefined) return null;
  const text = unwrapped(json);
  if (!text.startsWith('{')) return null;
  const value: PythonValue | undefined = tryLoadPython(text);
  return value === undefined ? null : storableText(text);
}

function dimension(json: string | undefined): string | null {
  if (json?.startsWith('"') !== true) return null;
  return [...storableText(unwrapped(json))].slice(0, MAX_DIMENSION).join('');
}

/** `json.dumps(Span.to_dict())`. */
function contentOf(span: SpanInput, attributes: Attributes): string {
  const events = span.events.map(({ name, time, attributes: values }) => `{"name": ${JSON.stringify(name)}, "time_unix_nano": ${time}, "attributes": ${rawMembers(values)}}`);
  const message = span.status === 'ERROR' ? span.statusMessage : '';
  return (
    `{"trace_id": "${base64(span.traceId)}", "span_id": "${base64(span.spanId)}", "parent_span_id": ${span.parentSpanId === null ? 'null' : `"${base64(span.parentSpanId)}"`}` +
    `, "name": ${JSON.stringify(span.name)}, "start_time_unix_nano": ${span.startTime}, "end_time_unix_nano": ${span.endTime}, "events": [${events.join(', ')}]` +
    `, "status": {"code": "${STATUS_CODES[span.status]}", "message": ${JSON.stringify(message)}}` +
    `, "attributes": {${[...attributes].map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')}}` +
    `, "links": [${span.links.map(linkOf).join(', ')}]}`
  );
}

function linkOf({ traceId, spanId, attributes }: SpanLink): string {
  return `{"trace_id": "${traceIdOf(traceId)}", "span_id": "${spanId}", "attributes": ${attributes.size === 0 ? 'null' : rawMembers(attributes)}}`;
}

function rawMembers(attributes: Attributes): string {
  return `{${[...attributes].map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`;
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

import { loadPython, PythonNumber, tryLoadPython, type PythonValue } from './python-json.js';

interface StoredContent {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly start_time_unix_nano: PythonNumber;
  readonly end_time_unix_nano: PythonNumber | null;
  readonly events: readonly { name: string; time_unix_nano: PythonNumber; attributes?: Members | null }[];
  readonly status: { code: string; message?: string | null };
  readonly attributes: Members;
  readonly links?: readonly { trace_id: string; span_id: string; attributes?: Members | null }[];
}

type Members = Readonly<Record<string, PythonValue>>;

/** So many spans take some milliseconds. */
const SPANS_AT_A_TIME = 200;

/** `spanDocument` of many: other requests get their turn in between, however many spans a trace has. */
export async function spanDocuments(contents: readonly string[]): Promise<string[]> {
  const documents: string[] = [];
  for (const [index, content] of contents.entries()) {
    if (index > 0 && index % SPANS_AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
    documents.push(spanDocument(content));
  }
  return documents;
}

/** The default of a status. */
const UNSET = 'STATUS_CODE_UNSET';
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A stored span as JSON text of OpenTelemetry's proto, in MLflow's mapping: ids are base64, 64-bit numbers are numbers. */
export function spanDocument(content: string): string {
  const span = loadPython(content) as unknown as StoredContent;
  const fields = [
    `"trace_id":${JSON.stringify(span.trace_id)}`,
    `"span_id":${JSON.stringify(span.span_id)}`,
    span.parent_span_id === null ? '' : `"parent_span_id":${JSON.stringify(span.parent_span_id)}`,
    textField('name', span.name),
    timeField('start_time_unix_nano', span.start_time_unix_nano),
    timeField('end_time_unix_nano', span.end_time_unix_nano),
    attributesField(Object.entries(span.attributes).map(([key, value]) => [key, typeof value === 'string' ? parsedOr(value) : value])),
    listField('events', span.events.map((event) => object([timeField('time_unix_nano', event.time_unix_nano), textField('name', event.name), attributesField(Object.entries(event.attributes ?? {}))]))),
    listField('links', (span.links ?? []).map(linkDocument)),
    `"status":${object([textField('message', span.status.message ?? ''), textField('code', span.status.code === UNSET ? '' : span.status.code)])}`,
  ];
  return object(fields);
}

function linkDocument(link: { trace_id: string; span_id: string; attributes?: Members | null }): string {
  const traceId = Buffer.from(link.trace_id.replace(/^tr-/, ''), 'hex').toString('base64');
  const spanId = Buffer.from(link.span_id, 'hex').toString('base64');
  return object([`"trace_id":${JSON.stringify(traceId)}`, `"span_id":${JSON.stringify(spanId)}`, attributesField(Object.entries(link.attributes ?? {}))]);
}

function attributesField(members: readonly (readonly [string, PythonValue])[]): string {
  return listField('attributes', members.map(keyValue));
}

function keyValue([key, value]: readonly [string, PythonValue]): string {
  return object([textField('key', key), value === null ? '' : `"value":${anyValue(value)}`]);
}

function anyValue(value: PythonValue): string {
  if (value === null) return '{}';
  if (typeof value === 'string') return `{"string_value":${JSON.stringify(value)}}`;
  if (typeof value === 'boolean') return `{"bool_value":${value}}`;
  if (value instanceof PythonNumber) return numberValue(value);
  if (Array.isArray(value)) return `{"array_value":${object([listField('values', value.map(anyValue))])}}`;
  const members = Object.entries(value) as [string, PythonValue][];
  return `{"kvlist_value":${object([listField('values', members.map(keyValue))])}}`;
}

function numberValue({ text, isInteger }: PythonNumber): string {
  if (!isInteger) return `{"double_value":${/[NI]/.test(text) ? JSON.stringify(text) : text}}`;
  const fits = text.length < 19 || (text.length <= 20 && BigInt(text) >= MIN_INT64 && BigInt(text) <= MAX_INT64);
  // Longer than the proto's integers: all digits, rather than some of them.
  return fits ? `{"int_value":${text}}` : `{"string_value":"${text}"}`;
}

/** proto3 leaves out what has its default. */
function textField(name: string, text: string): string {
  return text === '' ? '' : `"${name}":${JSON.stringify(text)}`;
}

function timeField(name: string, time: PythonNumber | null): string {
  return time === null || time.text === '0' ? '' : `"${name}":${time.text}`;
}

function listField(name: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `"${name}":[${items.join(',')}]`;
}

function object(fields: readonly string[]): string {
  return `{${fields.filter((field) => field !== '').join(',')}}`;
}

function parsedOr(text: string): PythonValue {
  const value = tryLoadPython(text);
  return value === undefined ? text : value;
}

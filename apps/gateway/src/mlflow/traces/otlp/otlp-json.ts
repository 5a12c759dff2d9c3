import { parseJson } from '@modelyard/kernel';
import { pythonBytes, pythonFloat, type Attributes, type SpanInput } from '@modelyard/tracking';
import { z } from 'zod';
import { checkDepth, idOf, jsonList, jsonObject, parentIdOf, SpanList, statusOf } from './otlp-values.js';
import { invalidFormat, notConvertible, OtlpRefusal } from './otlp-refusal.js';

/** OTLP's JSON: protobuf's mapping but for ids, which are hexadecimal. null counts as absent. */

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

const hexId = z.string().regex(/^(?:[0-9a-fA-F]{2})*$/).nullish().transform((hex) => hex?.toLowerCase() ?? '');
const text = z.string().nullish().transform((value) => value ?? '');
const integer = z.union([z.number().int(), z.bigint(), z.string().regex(/^-?\d{1,20}$/)]).nullish().transform((value) => BigInt(value ?? 0));
const time = integer.refine((value) => value >= 0n && value <= MAX_UINT64);
const statusCode = z
  .union([z.number().int(), z.enum(['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'])])
  .nullish()
  .transform((code) => (typeof code === 'string' ? ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'].indexOf(code) : (code ?? 0)));

const list = <S extends z.ZodType>(item: S) => z.array(item).nullish().transform((items) => items ?? []);
const attributes = list(z.object({ key: text, value: z.unknown().optional() }));

const span = z.object({
  traceId: hexId,
  spanId: hexId,
  parentSpanId: hexId,
  name: text,
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes,
  events: list(z.object({ name: text, timeUnixNano: time, attributes })),
  links: list(z.object({ traceId: hexId, spanId: hexId, attributes })),
  status: z.object({ message: text, code: statusCode }).nullish(),
});

const exportRequest = z.object({
  resourceSpans: list(z.object({ resource: z.object({ attributes }).nullish(), scopeSpans: list(z.object({ spans: list(span) })) })),
});

const anyValue = z.object({
  stringValue: z.string().nullish(),
  boolValue: z.boolean().nullish(),
  intValue: z.union([z.number().int(), z.bigint(), z.string().regex(/^-?\d{1,20}$/)]).nullish(),
  doubleValue: z.union([z.number(), z.bigint(), z.string()]).nullish(),
  arrayValue: z.object({ values: list(z.unknown()) }).nullish(),
  kvlistValue: z.object({ values: attributes }).nullish(),
  bytesValue: z.base64().nullish(),
});

type BytesStyle = 'repr' | 'base64';

/** Spans of an ExportTraceServiceRequest in JSON. Throws OtlpRefusal. */
export function decodeOtlpJson(body: Uint8Array): SpanInput[] {
  const parsed = exportRequest.safeParse(readJson(body));
  if (!parsed.success) throw invalidFormat();
  const { resourceSpans } = parsed.data;
  if (resourceSpans.length === 0) throw new OtlpRefusal(400, 'Invalid OpenTelemetry format - no spans found');
  const spans = new SpanList();
  for (const { resource, scopeSpans } of resourceSpans) {
    const from = attributesOf(resource?.attributes ?? []);
    for (const scope of scopeSpans) for (const item of scope.spans) spans.add(spanOf(item, from));
  }
  return spans.spans;
}

function readJson(body: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalidFormat();
  }
}

function spanOf(item: z.output<typeof span>, resource: Attributes): SpanInput {
  if (item.traceId === '' || item.spanId === '') throw notConvertible();
  return {
    traceId: idOf(item.traceId, 32),
    spanId: idOf(item.spanId, 16),
    parentSpanId: parentIdOf(item.parentSpanId),
    name: item.name,
    startTime: item.startTimeUnixNano,
    endTime: item.endTimeUnixNano,
    status: statusOf(item.status?.code ?? 0),
    statusMessage: item.status?.message ?? '',
    attributes: attributesOf(item.attributes),
    events: item.events.map((event) => ({ name: event.name, time: event.timeUnixNano, attributes: attributesOf(event.attributes) })),
    links: item.links.map((link) => ({ traceId: idOf(link.traceId || '0', 32), spanId: idOf(link.spanId || '0', 16), attributes: attributesOf(link.attributes, 'base64') })),
    resource,
  };
}

function attributesOf(members: z.output<typeof attributes>, style: BytesStyle = 'repr', depth = 0): Map<string, string> {
  return new Map(members.map(({ key, value }) => [key, valueOf(value, style, depth)]));
}

function valueOf(value: unknown, style: BytesStyle, depth: number): string {
  checkDepth(depth);
  if (value === undefined || value === null) return 'null';
  const parsed = anyValue.safeParse(value);
  if (!parsed.success) throw invalidFormat();
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = parsed.data;
  if (stringValue != null) return JSON.stringify(stringValue);
  if (boolValue != null) return String(boolValue);
  if (intValue != null) return int64(BigInt(intValue));
  if (doubleValue != null) return double(doubleValue);
  if (arrayValue != null) return jsonList(arrayValue.values.map((item) => valueOf(item, style, depth + 1)));
  if (kvlistValue != null) return jsonObject(attributesOf(kvlistValue.values, style, depth + 1));
  if (bytesValue == null) return 'null';
  return JSON.stringify(style === 'repr' ? pythonBytes(Buffer.from(bytesValue, 'base64')) : bytesValue);
}

function int64(value: bigint): string {
  if (value < MIN_INT64 || value >= -MIN_INT64) throw invalidFormat();
  return value.toString();
}

function double(value: number | bigint | string): string {
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
  if (Number.isNaN(number) && value !== 'NaN') throw invalidFormat();
  return pythonFloat(number);
}

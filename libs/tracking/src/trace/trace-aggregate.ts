import { checkName, isLonger, MAX_KEY_LENGTH, truncate } from '../entity-name.js';
import { dumpPython, storableText, tryLoadPython } from '../span/python-json.js';
import { SPAN_ATTRIBUTE, type Attributes } from '../span/span.js';
import { sumCosts, sumTokens, type Sums } from '../span/span-sums.js';
import type { StoredSpan } from '../span/stored-span.js';
import { unwrapped } from '../span/translate-attributes.js';
import { previewOf } from './preview.js';
import { MAX_SESSION_ID_LENGTH, MAX_TRACE_NAME_LENGTH, MAX_TRACE_VALUE_LENGTH, TRACE_TAG, type TraceState } from './trace.js';

/** What the spans of one trace in one request say of the trace. */
export interface TraceAggregate {
  readonly traceId: string;
  readonly spans: readonly StoredSpan[];
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** The latest end; null while all spans go on. */
  readonly end: number | null;
  /** By the root span; null when it is not among them. */
  readonly rootState: TraceState | null;
  readonly name: string | null;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  readonly tokens: Sums;
  readonly costs: Sums;
  readonly tags: ReadonlyMap<string, string>;
}

const MILLISECOND = 1_000_000n;

/** Groups spans by trace, in order of trace id: the order in which rows are locked. */
export function aggregateByTrace(spans: readonly StoredSpan[]): TraceAggregate[] {
  const traces = new Map<string, Map<string, StoredSpan>>();
  for (const span of spans) {
    const known = traces.get(span.traceId) ?? new Map<string, StoredSpan>();
    // A span that is there twice counts once, the last one.
    traces.set(span.traceId, known.set(span.spanId, span));
  }
  return [...traces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([traceId, byId]) => aggregate(traceId, [...byId.values()]));
}

function aggregate(traceId: string, spans: readonly StoredSpan[]): TraceAggregate {
  const root = spans.find(({ parentSpanId }) => parentSpanId === null);
  const lastRoot = spans.findLast(({ parentSpanId }) => parentSpanId === null);
  const tags = new Map([...resourceTags(spans), ...userTags(lastRoot?.attributes)]);
  const name = tags.get(TRACE_TAG.name) ?? null;
  tags.delete(TRACE_TAG.name);
  const ends = spans.flatMap(({ endTime }) => (endTime === null ? [] : [endTime]));
  const [inputs, outputs] = [lastRoot?.attributes.get(SPAN_ATTRIBUTE.inputs), lastRoot?.attributes.get(SPAN_ATTRIBUTE.outputs)];
  return {
    traceId,
    spans,
    start: Number(spans.reduce((least, { startTime }) => (startTime < least ? startTime : least), spans[0]?.startTime ?? 0n) / MILLISECOND),
    end: ends.length === 0 ? null : Number(ends.reduce((most, end) => (end > most ? end : most)) / MILLISECOND),
    rootState: root === undefined ? null : root.status === 'ERROR' ? 'ERROR' : 'OK',
    name: name === null ? null : truncate(name, MAX_TRACE_NAME_LENGTH),
    sessionId: firstText(spans, [SPAN_ATTRIBUTE.session, SPAN_ATTRIBUTE.conversation], MAX_SESSION_ID_LENGTH),
    userId: firstText(spans, [SPAN_ATTRIBUTE.user], MAX_TRACE_VALUE_LENGTH),
    requestPreview: inputs === undefined ? null : storableText(previewOf(inputs, 'user')),
    responsePreview: outputs === undefined ? null : storableText(previewOf(outputs, 'assistant')),
    tokens: sumTokens(spans),
    costs: sumCosts(spans),
    tags,
  };
}

function firstText(spans: readonly StoredSpan[], keys: readonly string[], limit: number): string | null {
  for (const { attributes } of spans) {
    for (const key of keys) {
      const json = attributes.get(key);
      const text = json === undefined ? '' : unwrapped(json);
      if (text !== '') return truncate(storableText(text), limit);
    }
  }
  return null;
}

/** The sending process as tags, without what OpenTelemetry says of itself and without MLflow's reserved names. */
function resourceTags(spans: readonly StoredSpan[]): (readonly [string, string])[] {
  const resource = spans.find(({ resource: attributes }) => attributes.size > 0)?.resource ?? new Map<string, string>();
  return [...resource].filter(([key]) => !/^(?:telemetry\.sdk|mlflow)\./.test(key)).flatMap(([key, json]) => checkedTag(key, asciiJson(json)));
}

/** Texts as they are; everything else as `json.dumps` writes it. */
function asciiJson(json: string): string {
  const value = /^[[{]/.test(json) ? tryLoadPython(json) : undefined;
  return value === undefined ? json : dumpPython(value, true);
}

/** Tags that the client set while it traced; they travel as attributes of the root span. */
function userTags(attributes: Attributes | undefined): (readonly [string, string])[] {
  const prefix = SPAN_ATTRIBUTE.tagPrefix;
  return [...(attributes ?? [])].filter(([key]) => key.startsWith(prefix)).flatMap(([key, json]) => checkedTag(key.slice(prefix.length), json));
}

/** As MLflow: a name that is no tag's name is left out, and the rest is kept. */
function checkedTag(key: string, json: string): (readonly [string, string])[] {
  try {
    checkName(key, 'key');
  } catch {
    return [];
  }
  if (key === '' || isLonger(key, MAX_KEY_LENGTH)) return [];
  return [[key, truncate(storableText(unwrapped(json)), MAX_TRACE_VALUE_LENGTH)]];
}

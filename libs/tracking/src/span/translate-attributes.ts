import { dumpPython, PythonNumber, tryLoadPython, type PythonValue } from './python-json.js';
import { CONVENTIONS, EVENT_CONVENTIONS, type Convention, type Translated } from './semantic-conventions.js';
import { SPAN_ATTRIBUTE, type Attributes, type SpanEvent } from './span.js';

/**
 * Adds what MLflow reads to spans that speak another semantic convention: type, inputs, outputs, token usage, model. What
 * is there already stays (mlflow.tracing.otel.translation.translate_span_when_storing).
 */
export function translateAttributes(given: Attributes, events: readonly SpanEvent[]): Map<string, string> {
  const attributes = new Map([...given].map(([key, value]) => [key, dumpedOnce(value)]));
  const add = (key: string, value: string | undefined) => {
    if (value !== undefined && !attributes.has(key)) attributes.set(key, value);
  };
  const own = new Map<Convention, Translated | undefined>(CONVENTIONS.map((convention) => [convention, convention.translate?.(attributes)]));
  const said = (convention: Convention) => own.get(convention);
  const type = first((convention) => said(convention)?.type ?? translatedType(convention, attributes));
  const unpacked = first(({ kinds = [], unpacked: parts }) => (parts?.kinds.includes(unwrapped(attributes.get(kinds[0] ?? '') ?? '')) === true ? parts : undefined));
  if (type !== undefined && isUnknownType(attributes.get(SPAN_ATTRIBUTE.type))) attributes.set(SPAN_ATTRIBUTE.type, dumpPython(type));
  if (unpacked !== undefined && !attributes.has(SPAN_ATTRIBUTE.inputs)) attributes.set(SPAN_ATTRIBUTE.messageFormat, unpacked.format);
  for (const side of ['inputs', 'outputs'] as const) {
    if (attributes.has(SPAN_ATTRIBUTE[side])) continue;
    const found = first((convention) => {
      const { unpacked: parts } = convention;
      return said(convention)?.[side] ?? (parts !== undefined && parts === unpacked ? unpack(attributes, parts[side]) : findFilled(attributes, convention[side]));
    });
    add(SPAN_ATTRIBUTE[side], found ?? (events.length === 0 ? undefined : EVENT_CONVENTIONS.map(({ fromEvents }) => fromEvents?.(events, attributes)[side]).find((value) => value !== undefined)));
  }
  add(SPAN_ATTRIBUTE.tokenUsage, attributes.has(SPAN_ATTRIBUTE.tokenUsage) ? undefined : first((convention) => tokenUsage(convention, attributes, said(convention)?.tokens)));
  add(SPAN_ATTRIBUTE.messageFormat, first((convention) => formatOf(convention, attributes, said(convention))));
  add(SPAN_ATTRIBUTE.tools, first(({ tools }) => findFilled(attributes, tools)));
  add(SPAN_ATTRIBUTE.model, first(({ models }) => findFilled(attributes, models)) ?? modelIn(attributes.get(SPAN_ATTRIBUTE.inputs)) ?? modelIn(attributes.get(SPAN_ATTRIBUTE.outputs)));
  add(SPAN_ATTRIBUTE.provider, first(({ provider }) => findFilled(attributes, provider)));
  return attributes;
}

const MAX_DUMPS = 3;

/** The text in a JSON string; anything else as it is written. */
export function unwrapped(json: string): string {
  const value = json.startsWith('"') ? tryParse(json) : undefined;
  return typeof value === 'string' ? value : json;
}

/** A text that is itself JSON of a text, list or object was dumped twice on its way (sanitize_attributes). */
function dumpedOnce(json: string): string {
  const inner = unwrapped(json);
  if (inner === json || !/^\s*["[{]/.test(inner)) return json;
  return tryParse(inner) === undefined ? json : inner;
}

/** Where the spelling of numbers does not matter: several times as fast as `tryLoadPython`, and each attribute comes by here. */
function tryParse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function first<T>(ask: (convention: Convention) => T | undefined): T | undefined {
  for (const convention of CONVENTIONS) {
    const answer = ask(convention);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function isUnknownType(json: string | undefined): boolean {
  return json === undefined || json === 'null' || unwrapped(json) === 'UNKNOWN';
}

function translatedType({ kinds = [], types = {} }: Convention, attributes: Attributes): string | undefined {
  const value = kinds.map((kind) => unwrapped(attributes.get(kind) ?? '')).find((name) => Object.hasOwn(types, name));
  return value === undefined ? undefined : types[value];
}

/** The attributes below a prefix as one JSON object; parts that are JSON in JSON are read. */
function unpack(attributes: Attributes, prefix: string): string | undefined {
  const members = [...attributes].filter(([key]) => key.startsWith(prefix)).map(([key, json]) => [key.slice(prefix.length), withoutDumps(json)] as const);
  return members.length === 0 ? undefined : dumpPython(Object.fromEntries(members.map(([key, value]) => [key, key === 'tools' && Array.isArray(value) ? value.map((tool: PythonValue) => (typeof tool === 'string' ? withoutDumps(tool) : tool)) : value])), true);
}

function withoutDumps(json: string): PythonValue {
  let value: PythonValue = json;
  for (let times = 0; times < MAX_DUMPS && typeof value === 'string'; times += 1) {
    const inner = tryLoadPython(value);
    if (inner === undefined) break;
    value = inner;
  }
  return value;
}

function findFilled(attributes: Attributes, names: readonly (string | RegExp)[] = []): string | undefined {
  for (const name of names) {
    if (typeof name === 'string') {
      const value = attributes.get(name);
      if (value !== undefined && isFilled(value)) return value;
      continue;
    }
    for (const [key, value] of attributes) if (name.test(key) && isFilled(value)) return value;
  }
  return undefined;
}

/** Python's truth of a JSON value. */
function isFilled(json: string): boolean {
  return !/^(?:""|null|false|-?0(?:\.0)?|\[\s*\]|\{\s*\})$/.test(json);
}

function formatOf({ format }: Convention, attributes: Attributes, said: Translated | undefined): string | undefined {
  const name = said?.format ?? (format?.when.some((key) => attributes.has(key)) === true ? format.name : undefined);
  return name === undefined ? undefined : dumpPython(name);
}

function tokenUsage(convention: Convention, attributes: Attributes, said: Translated['tokens']): string | undefined {
  const read = (names: readonly string[] = []) => names.map((name) => integer(attributes.get(name))).find((count) => count !== undefined);
  const input = said?.input ?? read(convention.inputTokens);
  const output = said?.output ?? read(convention.outputTokens);
  const total = read(convention.totalTokens) ?? (input === undefined || output === undefined ? undefined : input + output);
  if (input === undefined && output === undefined && total === undefined) return undefined;
  const usage = { input_tokens: input, output_tokens: output, total_tokens: total, cache_read_input_tokens: said?.cacheRead ?? read(convention.cacheRead), cache_creation_input_tokens: said?.cacheCreation ?? read(convention.cacheCreation) };
  const members = Object.entries(usage).flatMap(([key, count]) => (count === undefined ? [] : [[key, new PythonNumber(String(count), true)] as const]));
  return dumpPython(Object.fromEntries(members));
}

/** An integer, also one in a string. */
function integer(json: string | undefined): bigint | undefined {
  const text = json === undefined ? '' : unwrapped(json).trim();
  return /^[+-]?\d{1,18}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
}

function modelIn(json: string | undefined): string | undefined {
  const value: PythonValue | undefined = json?.startsWith('{') ? tryLoadPython(json) : undefined;
  const model = typeof value === 'object' && value !== null && 'model' in value ? value.model : undefined;
  return typeof model === 'string' && model !== '' ? dumpPython(model) : undefined;
}

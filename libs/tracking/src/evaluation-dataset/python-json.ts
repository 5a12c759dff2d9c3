import { DomainError, parseJson } from '@modelyard/kernel';

const MAX_DEPTH = 100;

/** As Python's `json.dumps(value)`: MLflow's clients get such texts inside of JSON. `sortKeys` makes equal values equal texts. */
export function pythonJson(value: unknown, sortKeys = false, depth = 0): string {
  if (depth > MAX_DEPTH) throw new DomainError('INVALID_ARGUMENT', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, sortKeys, depth + 1)).join(', ')}]`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return asciiText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value);
  if (sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${asciiText(key)}: ${pythonJson(item, sortKeys, depth + 1)}`).join(', ')}}`;
}

/**
 * Parses a JSON text that a parameter holds. Python also writes NaN and the infinities, which stand for nothing here.
 * Throws INVALID_ARGUMENT.
 */
export function parsePythonJson(text: string, parameter: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    try {
      if (/NaN|Infinity/.test(text)) return parseJson(text.replace(/"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)\b/g, (token) => (token.startsWith('"') ? token : 'null')));
    } catch {
      // Said below.
    }
    throw new DomainError('INVALID_ARGUMENT', `The parameter '${parameter}' must be a text that holds JSON.`, { field: parameter }, { cause });
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

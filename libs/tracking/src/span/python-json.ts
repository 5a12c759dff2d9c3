/**
 * JSON as Python reads and writes it. MLflow stores spans and assessments as such text, and its searches match the text,
 * so it has to be the same down to spaces and number formats: integers and floats stay apart (`1`, `1.0`).
 */

/** A number with its Python spelling, which a JavaScript number cannot hold: `1.0`, `1152921504606846977`, `NaN`. */
export class PythonNumber {
  constructor(
    readonly text: string,
    readonly isInteger: boolean,
  ) {}
}

export type PythonValue = string | boolean | null | PythonNumber | readonly PythonValue[] | { readonly [key: string]: PythonValue };

const NUMBER_WORDS = new Set(['NaN', 'Infinity', '-Infinity']);
const NON_ASCII = /[\u007f-\uffff]/g;

type ReviverWithSource = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: ReviverWithSource) => PythonValue;

/** Parses JSON, numbers spelled as Python would. Throws SyntaxError. */
export function loadPython(text: string): PythonValue {
  if (NUMBER_WORDS.has(text)) return new PythonNumber(text, false);
  return parseWithSource(text, (_key, value, { source }) => (typeof value === 'number' ? pythonNumber(source, value) : value));
}

/** As `loadPython`; undefined for what is no JSON. */
export function tryLoadPython(text: string): PythonValue | undefined {
  try {
    return loadPython(text);
  } catch {
    return undefined;
  }
}

/** The text of `json.dumps(value, ensure_ascii=ascii)`. */
export function dumpPython(value: PythonValue, ascii = false): string {
  if (typeof value === 'string') return ascii ? asciiOnly(JSON.stringify(value)) : JSON.stringify(value);
  if (value instanceof PythonNumber) return value.text;
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: PythonValue) => dumpPython(item, ascii)).join(', ')}]`;
  const members = Object.entries(value).map(([key, item]) => `${dumpPython(key, ascii)}: ${dumpPython(item as PythonValue, ascii)}`);
  return `{${members.join(', ')}}`;
}

/** `repr(float)`: the shortest digits that read back the same, with an exponent from 1e16 on and below 1e-4. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e16 || size < 1e-4) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `repr(bytes)`, which is what MLflow makes of bytes. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === '\\' || character === quote) text += `\\${character}`;
    else if (byte === 0x0a) text += '\\n';
    else if (byte === 0x0d) text += '\\r';
    else if (byte === 0x09) text += '\\t';
    else text += byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, '0')}` : character;
  }
  return `b${quote}${text}${quote}`;
}

/** A text without characters that PostgreSQL cannot store. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

function pythonNumber(source: string, value: number): PythonNumber {
  return /^-?\d+$/.test(source) ? new PythonNumber(source, true) : new PythonNumber(pythonFloat(value), false);
}

function asciiOnly(text: string): string {
  return text.replace(NON_ASCII, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

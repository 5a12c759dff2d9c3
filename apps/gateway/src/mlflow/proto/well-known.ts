import { DomainError } from '@modelyard/kernel';
import { pythonFloat, PythonNumber, type PythonValue } from '@modelyard/tracking';
import { type Field, Unreadable } from './fields.js';

/** The messages of google.protobuf that have a JSON of their own: Timestamp, Duration, Value, FieldMask. */

const MAX_DEPTH = 64;
const MAX_PATHS = 1000;
/** The years 1 to 9999, which a Timestamp can be of. */
const MIN_TIME = -62_135_596_800_000;
const MAX_TIME = 253_402_300_799_999;
/** What a Duration can be: ten thousand years. */
const MAX_DURATION_S = 315_576_000_000;

// Python's strptime takes numbers without their leading zeros, and only upper-case T.
const TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?(?:Z|([+-])(\d{1,4}):(\d{1,4}))$/;
const DURATION = /^\s*([+-]?)(\d{1,15})(?:\.(\d{0,20}))?s$/;

/** RFC 3339; becomes milliseconds since the epoch. */
export const timestamp = wellKnown(0, readTimestamp);
/** Such as `1.5s`; becomes milliseconds. */
export const duration = wellKnown(0, readDuration);
/** Paths with commas between them, which become snake_case. */
export const fieldMask: Field<string[] | undefined> = { kind: 'scalar', unset: () => undefined, read: readMask };
/** A free value, whose numbers are doubles; null is one too. */
export const freeValue: Field<PythonValue | undefined> = { ...wellKnown<PythonValue>(null, (value) => readValue(value, 0)), takesNull: true };

/** Unset is undefined; what cannot be read is there, and is empty. */
function wellKnown<T>(empty: T, convert: (value: unknown) => T): Field<T | undefined> {
  return {
    kind: 'scalar',
    unset: () => undefined,
    read: (value, put) => {
      put(empty);
      put(convert(value));
    },
  };
}

/** Milliseconds since the epoch that can be shown as a time. */
export function isTime(milliseconds: number): boolean {
  return Number.isSafeInteger(milliseconds) && milliseconds >= MIN_TIME && milliseconds <= MAX_TIME;
}

/** Milliseconds as protobuf writes a Timestamp: no fraction, or three digits. */
export function timestampText(milliseconds: number): string {
  const text = new Date(Math.min(MAX_TIME, Math.max(MIN_TIME, milliseconds))).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** Milliseconds as protobuf writes a Duration. */
export function durationText(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const fraction = size % 1000;
  return `${milliseconds < 0 ? '-' : ''}${Math.trunc(size / 1000)}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}s`;
}

function readTimestamp(value: unknown): number {
  const [all, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = (typeof value === 'string' ? TIMESTAMP.exec(value) : null) ?? [];
  if (all === undefined) throw new Unreadable();
  const parts = [month, day, hour, minute, second].map((part) => part?.padStart(2, '0') ?? '');
  const text = `${year}-${parts[0]}-${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}`;
  const local = Date.parse(`${text}Z`);
  // Date knows a 30th of February.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== text) throw new Unreadable();
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const time = local + Number(fraction.padEnd(3, '0').slice(0, 3)) + (sign === '-' ? offset : -offset);
  if (!isTime(time)) throw new Unreadable();
  return time;
}

function readDuration(value: unknown): number {
  const [all, sign, seconds = '', fraction = ''] = (typeof value === 'string' ? DURATION.exec(value) : null) ?? [];
  if (all === undefined || Number(seconds) > MAX_DURATION_S) throw new Unreadable();
  const milliseconds = Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
  return sign === '-' && milliseconds > 0 ? -milliseconds : milliseconds;
}

function readMask(value: unknown, put: (paths: string[]) => void): void {
  const paths: string[] = [];
  put(paths);
  if (typeof value !== 'string') throw new Unreadable();
  if (value === '') return;
  const words = value.split(',');
  if (words.length > MAX_PATHS) throw new DomainError('INVALID_ARGUMENT', `A field mask can have at most ${MAX_PATHS} paths.`, { field: 'update_mask' });
  for (const word of words) {
    // In JSON they are in camelCase alone.
    if (word.includes('_')) throw new Unreadable();
    paths.push(word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  }
}

function readValue(value: unknown, depth: number): PythonValue {
  if (depth > MAX_DEPTH) throw new DomainError('INVALID_ARGUMENT', `A value can be nested at most ${MAX_DEPTH} deep.`, { field: 'value' });
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
    case 'bigint':
      if (!Number.isFinite(Number(value))) throw new DomainError('INVALID_ARGUMENT', 'A number in a value must be finite. Send it as a text.', { field: 'value' });
      return new PythonNumber(pythonFloat(Number(value)), false);
    default:
      break;
  }
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map((item) => readValue(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(item, depth + 1)]));
}

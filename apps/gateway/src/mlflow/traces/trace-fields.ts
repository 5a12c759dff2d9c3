import { z } from 'zod';
import { pythonFloat, PythonNumber, type PythonValue } from '@modelyard/tracking';

/** Timestamps, durations, maps and free values as protobuf's JSON mapping has them. */

const MAX_ENTRIES = 1000;
const MAX_DEPTH = 64;
/** The years 1 to 9999, which a Timestamp can be of. */
const MIN_TIME = -62_135_596_800_000;
const MAX_TIME = 253_402_300_799_999;
/** What a Duration can be: ten thousand years. */
const MAX_DURATION_MS = 315_576_000_000_999;

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** RFC 3339; becomes milliseconds since the epoch. */
export const timestamp = z
  .string()
  .nullish()
  .transform((text, context) => {
    if (text === null || text === undefined) return undefined;
    const time = TIMESTAMP.test(text) ? Date.parse(text) : NaN;
    if (!Number.isNaN(time)) return time;
    context.addIssue({ code: 'custom', message: 'please specify a time such as 2025-01-31T12:00:00.5Z' });
    return z.NEVER;
  });

/** Such as `1.5s`; becomes milliseconds. */
export const duration = z
  .string()
  .nullish()
  .transform((text, context) => {
    if (text === null || text === undefined) return undefined;
    const [, sign, seconds, fraction = ''] = DURATION.exec(text) ?? [];
    const milliseconds = Number(seconds) * 1000 + Number(fraction.padEnd(9, '0').slice(0, 3));
    if (seconds !== undefined && milliseconds <= MAX_DURATION_MS) return sign === '-' ? -milliseconds : milliseconds;
    context.addIssue({ code: 'custom', message: 'please specify seconds such as 1.5s' });
    return z.NEVER;
  });

/** Milliseconds since the epoch that can be shown as a time. */
export function isTime(milliseconds: number): boolean {
  return Number.isSafeInteger(milliseconds) && milliseconds >= MIN_TIME && milliseconds <= MAX_TIME;
}

/** A map of texts. */
export const textMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map, context) => {
    if (map === null || map === undefined) return {};
    if (Object.keys(map).length <= MAX_ENTRIES) return map;
    context.addIssue({ code: 'custom', message: `please specify at most ${MAX_ENTRIES} entries` });
    return z.NEVER;
  });

/** A free value, whose numbers are doubles. */
export const freeValue = z.unknown().optional().transform((value, context): PythonValue => {
  const converted = toPython(value, 0);
  if (converted !== undefined) return converted;
  context.addIssue({ code: 'custom', message: `please specify a JSON value that is nested at most ${MAX_DEPTH} deep` });
  return z.NEVER;
});

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

function toPython(value: unknown, depth: number): PythonValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return new PythonNumber(pythonFloat(Number(value)), false);
  if (Array.isArray(value)) {
    const items = value.map((item) => toPython(item, depth + 1));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const members = Object.entries(value as object).map(([key, item]) => [key, toPython(item, depth + 1)] as const);
  return members.every((member): member is readonly [string, PythonValue] => member[1] !== undefined) ? Object.fromEntries(members) : undefined;
}

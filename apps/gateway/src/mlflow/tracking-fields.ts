import type { Int64 } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalText } from './message-fields.js';

/** 64-bit integers, doubles, enums and run ids as protobuf's JSON mapping reads them: null is unset, int64 may be a text. */

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** Says that the field is missing, also when it is there but empty (as MLflow's `_assert_required`). */
const required = (context: z.RefinementCtx) => {
  context.addIssue({ code: 'custom', message: 'required' });
  return z.NEVER;
};

/** A text that counts as empty when it is absent, as in proto2. */
export const textOrEmpty = optionalText.transform((value) => value ?? '');

/** A 64-bit integer that must be there. */
export const requiredInt64 = z.unknown().optional().transform((value, context): Int64 => {
  if (value === undefined || value === null || value === '') return required(context);
  return readInt64(value, context);
});

/** A 64-bit integer that may be absent. */
export const int64 = z.unknown().optional().transform((value, context): Int64 | undefined => (value === undefined || value === null || value === '' ? undefined : readInt64(value, context)));

/** A double that must be there: a number, or `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export const requiredDouble = z.unknown().optional().transform((value, context): number => {
  if (typeof value === 'number') return value;
  if (value === undefined || value === null || value === '') return required(context);
  const number = typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : NaN;
  if (!Number.isNaN(number) || value === 'NaN') return number;
  context.addIssue({ code: 'custom', message: 'please specify value as a valid double (64-bit floating point)' });
  return z.NEVER;
});

/** A repeated field. In a query a list of one comes as a bare value. */
export function list<S extends z.ZodType>(item: S) {
  return z.preprocess((value) => (value === undefined || value === null ? [] : typeof value === 'string' ? [value] : value), z.array(item));
}

/** An enum, by name or by number. */
export function choice<const T extends string>(values: Readonly<Record<T, number>>) {
  const byNumber = new Map(Object.entries<number>(values).map(([name, number]) => [String(number), name as T]));
  return z.unknown().optional().transform((value, context): T | undefined => {
    if (value === undefined || value === null || value === '') return undefined;
    const word = String(value);
    const name = Object.hasOwn(values, word) ? (word as T) : byNumber.get(word);
    if (name !== undefined) return name;
    context.addIssue({ code: 'custom', message: `please specify one of ${Object.keys(values).join(', ')}` });
    return z.NEVER;
  });
}

export const viewType = choice({ ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 });

/** The run a call is about; old clients say `run_uuid`. */
export const runIdFields = { run_id: optionalText, run_uuid: optionalText };

/** Takes the run id from either field. */
export function withRunId<T extends { run_id?: string | undefined; run_uuid?: string | undefined }>(message: T, context: z.RefinementCtx): Omit<T, 'run_id' | 'run_uuid'> & { run_id: string } {
  const { run_id, run_uuid, ...rest } = message;
  const id = run_id || run_uuid;
  if (id) return { ...rest, run_id: id };
  context.addIssue({ code: 'custom', message: 'required', path: ['run_id'] });
  return z.NEVER;
}

function readInt64(value: unknown, context: z.RefinementCtx): Int64 {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const digits = typeof value === 'string' ? value.trim() : value;
  if (typeof digits === 'bigint' || (typeof digits === 'string' && /^[+-]?\d{1,20}$/.test(digits))) {
    const big = BigInt(typeof digits === 'string' ? digits.replace(/^\+/, '') : digits);
    if (big >= MIN_INT64 && big <= MAX_INT64) return Number.isSafeInteger(Number(big)) ? Number(big) : big;
  }
  context.addIssue({ code: 'custom', message: 'please specify a 64-bit integer' });
  return z.NEVER;
}

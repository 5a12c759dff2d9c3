import { z } from 'zod';
import { storableText } from '../span/python-json.js';

// Columns as SQLite and PostgreSQL give them.

const MAX_INT64 = 2n ** 63n - 1n;

/** A 64-bit integer. */
export const int64 = z
  .union([z.bigint(), z.number().int(), z.string().regex(/^-?\d{1,19}$/)])
  .transform(BigInt)
  .refine((value) => value <= MAX_INT64 && value >= -MAX_INT64 - 1n, 'out of the range of 64 bits');

/** NUL cannot be stored in PostgreSQL. */
export const text = z.string().transform(storableText);
export const flag = z.union([z.boolean(), z.bigint(), z.number()]).transform(Boolean);
export const float = z.union([z.number(), z.bigint().transform(Number)]);

export const optionalInt64 = int64.nullable();
export const optionalText = text.nullable();
export const optionalFloat = float.nullable();

/** A text that MLflow allows to be null and means nothing by it. */
export const textOrEmpty = optionalText.transform((value) => value ?? '');
/** A time that old stores did not note. */
export const int64OrZero = optionalInt64.transform((value) => value ?? 0n);
/** A metric's value: MLflow stores NaN as 0 beside a flag. */
export const metricValue = (value: number, isNan: boolean) => (isNan ? Number.NaN : value);

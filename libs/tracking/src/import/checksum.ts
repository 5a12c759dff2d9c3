import { createHash } from 'node:crypto';
import type { Field } from './import-step.js';

// The same sum on both sides, whatever order rows come in: of each row 60 bits of the MD5 of its fields. It finds mistakes,
// not forgeries.

export interface TableSum {
  readonly rows: bigint;
  readonly sum: bigint;
}

export const EMPTY_SUM: TableSum = { rows: 0n, sum: 0n };

const SEPARATOR = '\x1f';
const NULL = '\x1e';

export function addRow({ rows, sum }: TableSum, fields: readonly Field[]): TableSum {
  const text = fields.map((field) => (field === null ? NULL : String(field))).join(SEPARATOR);
  return { rows: rows + 1n, sum: sum + BigInt(`0x${createHash('md5').update(text).digest('hex').slice(0, 15)}`) };
}

/** The row `rows`, `sum` of a table, as texts. */
export function sumQuery(from: string, fields: readonly string[]): string {
  const texts = fields.map((field) => `(${field})::text`).join(', ');
  return `SELECT count(*)::text AS rows, coalesce(sum(('x' || left(md5(array_to_string(ARRAY[${texts}], E'\\x1f', E'\\x1e')), 15))::bit(60)::bigint), 0)::text AS sum FROM ${from}`;
}

const buffer = Buffer.alloc(8);

/** All bits of a number, as `floatSql` has them; -0 counts as 0. */
export function floatField(value: number | null): string | null {
  if (value === null) return null;
  buffer.writeDoubleBE(value + 0);
  return buffer.toString('hex');
}

export const floatSql = (column: string) => `encode(float8send(${column} + 0), 'hex')`;

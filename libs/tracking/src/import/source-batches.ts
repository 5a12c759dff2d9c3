import type { SourceReader, SourceTable } from './import-step.js';

export interface SourceBatch {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Of the last row. */
  readonly cursor: string;
}

/** The next rows behind a cursor; null behind the last one. */
export async function nextBatch(source: SourceReader, table: SourceTable, cursor: string | null): Promise<SourceBatch | null> {
  const key = table.key.join(', ');
  const behind = cursor === null ? null : parseCursor(cursor);
  const conditions = [table.where === undefined ? [] : [`(${table.where})`], behind === null ? [] : [`(${key}) > (${table.key.map((_, index) => `$${index + 1}`).join(', ')})`]].flat();
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const rows = await source.query(`SELECT ${table.columns} FROM ${table.from}${where} ORDER BY ${key} LIMIT ${table.batch}`, behind ?? []);
  const last = rows.at(-1);
  return last === undefined ? null : { rows, cursor: formatCursor(table.key.map((column) => last[column.replace(/^\w+\./, '')])) };
}

/** All of a table, batch by batch. */
export async function* readTable(source: SourceReader, table: SourceTable): AsyncGenerator<SourceBatch> {
  for (let batch = await nextBatch(source, table, null); batch !== null; batch = await nextBatch(source, table, batch.cursor)) yield batch;
}

export async function countRows(source: SourceReader, { from, where }: SourceTable): Promise<number> {
  const [row] = await source.query(`SELECT count(*) AS n FROM ${from}${where === undefined ? '' : ` WHERE ${where}`}`, []);
  return Number(row?.['n'] ?? 0);
}

/** JSON; a bigint is `{"i": "<digits>"}`. */
function formatCursor(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? { i: String(value) } : value));
}

function parseCursor(cursor: string): unknown[] {
  const values = JSON.parse(cursor) as unknown[];
  return values.map((value) => (typeof value === 'object' && value !== null && 'i' in value ? BigInt(String(value.i)) : value));
}

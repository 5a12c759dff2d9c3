import type { TenantSql } from '@modelyard/db';
import { DomainError } from '@modelyard/kernel';
import type { ImportScope, ItemKind } from './import-step.js';

/** Rows as the JSON of one parameter, for `json_to_recordset`. Numbers are texts, so that none loses a digit. */
export function jsonRows(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' || typeof value === 'number' ? String(value) : value));
}

/** Numbers as an array parameter: several times faster than an array of JavaScript. */
export function numberArray(values: readonly (number | bigint | string)[]): string {
  return `{${values.join(',')}}`;
}

/** The ids of what the import made of some source ids. Throws FAILED_PRECONDITION when one is missing. */
export async function findItems(tx: TenantSql, scope: ImportScope, kind: ItemKind, sourceIds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(sourceIds)];
  const rows = await tx.query<{ source_id: string; row_id: string }>({
    name: 'import_items_find',
    text: `SELECT source_id, row_id::text FROM mlflow_import_items WHERE organization_id = $1 AND import_id = $2 AND kind = $3 AND source_id = ANY ($4::text[])`,
    values: [tx.organizationId, scope.importId, kind, wanted],
  });
  const found = new Map(rows.map((row) => [row.source_id, row.row_id]));
  const missing = wanted.find((id) => !found.has(id));
  if (missing !== undefined) throw new DomainError('FAILED_PRECONDITION', `The source changed during the import: the ${kind} '${missing}' came after its table had been read. Stop its writers and import into an empty project.`);
  return found;
}

/** The id of one of the found items. */
export function idOf(found: ReadonlyMap<string, string>, sourceId: string): string {
  const id = found.get(sourceId);
  if (id === undefined) throw new Error(`'${sourceId}' was not looked up`);
  return id;
}

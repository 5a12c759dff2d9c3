import type { TenantSql } from '@modelyard/db';
import type { z } from 'zod';
import type { ArtifactUris } from './artifact-uris.js';

/** Where rows of an MLflow store come from. Placeholders are `$1`, `$2`, ...; 64-bit integers come as bigint or text. */
export interface SourceReader {
  query(text: string, values: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** What the rows of one import go into. */
export interface ImportScope {
  readonly importId: string;
  readonly projectId: number;
  /** Name of who imports: the maker of what has one. */
  readonly actorName: string;
  readonly uris: ArtifactUris;
  /** Ids on the wire here, by the ids of the source. */
  readonly experimentIds: ReadonlyMap<string, string>;
}

/** What is read of the source: one table, in the order of a unique key, so that reading can go on behind any row. */
export interface SourceTable {
  readonly from: string;
  readonly columns: string;
  /** Columns of a unique key without nulls. All are among `columns`. */
  readonly key: readonly string[];
  readonly where?: string;
  /** Rows of one batch, and so of one transaction. */
  readonly batch: number;
}

/** What became of them: texts of each row, in the order of `fields`. `$1` is the organization, `$2` the import. */
export interface OurTable {
  readonly from: string;
  readonly fields: readonly string[];
}

export type Field = string | number | bigint | boolean | null;

/** One table of the source and how it is taken over. */
export interface ImportStep {
  readonly name: string;
  readonly source: SourceTable;
  readonly ours: OurTable;
  /** Writes a batch. Throws INVALID_ARGUMENT for rows that are not MLflow's. */
  write(tx: TenantSql, scope: ImportScope, rows: readonly unknown[]): Promise<void>;
  /** What the fields of our row must be. */
  fields(row: unknown, scope: ImportScope): readonly Field[];
}

interface TypedStep<Row> extends Omit<ImportStep, 'write' | 'fields'> {
  readonly row: z.ZodType<Row>;
  write(tx: TenantSql, scope: ImportScope, rows: readonly Row[]): Promise<void>;
  fields(row: Row, scope: ImportScope): readonly Field[];
}

/** A step whose rows are checked before it sees them. */
export function defineStep<Row>({ row, write, fields, ...step }: TypedStep<Row>): ImportStep {
  return {
    ...step,
    write: (tx, scope, rows) => write(tx, scope, rows.map((raw) => row.parse(raw))),
    fields: (raw, scope) => fields(row.parse(raw), scope),
  };
}

/** Items of one kind of an import, as `i (source_id, row_id)`. */
export const items = (kind: ItemKind, alias = 'i') =>
  `(SELECT source_id, row_id FROM mlflow_import_items WHERE organization_id = $1 AND import_id = $2 AND kind = '${kind}') ${alias}`;

export type ItemKind = 'experiment' | 'run' | 'dataset' | 'logged_model' | 'trace' | 'registered_model';

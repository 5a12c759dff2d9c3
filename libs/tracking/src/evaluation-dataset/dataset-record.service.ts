import { randomUUID } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { decodeCursor, demand, DomainError, encodeCursor, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { extendSchema, inputHash, mergeRecord, newRecord, recordText, userOf, type RecordInput, type StoredRecord } from './dataset-record.js';
import { datasetDigest, type EvaluationDataset } from './evaluation-dataset.js';
import * as datasets from './evaluation-dataset.repository.js';

const DEFAULT_PAGE = 1000;
const MAX_PAGE = 50_000;
const cursorSchema = z.object({ time: z.number().int(), id: z.string() });

/** Records of evaluation datasets. */
@Injectable()
export class DatasetRecordService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Adds records; one whose inputs are there already is merged into it. Throws NOT_FOUND. */
  async upsert(ctx: TenantContext, datasetId: string, records: readonly RecordInput[]): Promise<{ inserted: number; updated: number }> {
    demand(ctx, 'experiment:write');
    return this.db.tenantSql(ctx, async (tx) => {
      const dataset = await this.locked(tx, ctx, datasetId);
      const now = Date.now();
      const { written, inserted } = merge(records, await datasets.findRecordsByHash(tx, datasetId, records.map(inputHash)), now);
      await datasets.writeRecords(tx, datasetId, written);
      const user = records.map(userOf).findLast((name) => name !== null) ?? null;
      await datasets.noteRecords(tx, datasetId, { schema: extendSchema(dataset.schema, records), digest: datasetDigest(dataset.name, now), now, user });
      const counts = { inserted, updated: records.length - inserted };
      await this.record(tx, ctx, 'upsert-records', datasetId, counts);
      return counts;
    });
  }

  /** JSON texts of records, oldest first; 1000 when `maxResults` is 0. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async list(ctx: TenantContext, datasetId: string, maxResults: number, pageToken?: string): Promise<Page<string>> {
    demand(ctx, 'experiment:read');
    const size = maxResults === 0 ? DEFAULT_PAGE : maxResults;
    if (size < 1 || size > MAX_PAGE) throw new DomainError('INVALID_ARGUMENT', `Invalid value ${maxResults} for parameter 'max_results' supplied. It must be from 1 to ${MAX_PAGE}.`, { field: 'max_results' });
    const after = pageToken === undefined || pageToken === '' ? null : decodeCursor(pageToken, cursorSchema);
    const found = await this.db.tenantSql(ctx, async (tx) => {
      if ((await datasets.findDataset(tx, projectOf(ctx), datasetId)) === null) throw notFound(datasetId);
      return datasets.listRecords(tx, datasetId, size + 1, after);
    });
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items: items.map((record) => recordText(datasetId, record)), nextCursor: found.length > size && last !== undefined ? encodeCursor({ time: last.createdTime, id: last.id }) : null };
  }

  /** Returns how many there were. Throws NOT_FOUND for the dataset. */
  async delete(ctx: TenantContext, datasetId: string, recordIds: readonly string[]): Promise<number> {
    demand(ctx, 'run:delete');
    return this.db.tenantSql(ctx, async (tx) => {
      await this.locked(tx, ctx, datasetId);
      const deleted = await datasets.deleteRecords(tx, datasetId, recordIds);
      if (deleted > 0) await this.record(tx, ctx, 'delete-records', datasetId, { deleted });
      return deleted;
    });
  }

  private async locked(tx: TenantSql, ctx: TenantContext, id: string): Promise<EvaluationDataset> {
    const found = await datasets.lockDataset(tx, projectOf(ctx), id);
    if (found === null) throw notFound(id);
    return found;
  }

  private record(tx: TenantSql, ctx: TenantContext, verb: string, id: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `evaluation-dataset.${verb}`, resourceType: 'evaluation_dataset', resourceId: id, projectId: projectOf(ctx), details });
  }
}

/** What is to be written, by the hash of its inputs. The same inputs may come twice in one call. */
function merge(records: readonly RecordInput[], stored: ReadonlyMap<string, StoredRecord>, now: number): { written: Map<string, StoredRecord>; inserted: number } {
  const written = new Map<string, StoredRecord>();
  let inserted = 0;
  for (const record of records) {
    const hash = inputHash(record).toString('hex');
    const existing = written.get(hash) ?? stored.get(hash);
    if (existing === undefined) inserted += 1;
    written.set(hash, existing === undefined ? newRecord(`dr-${randomUUID().replaceAll('-', '')}`, record, now) : mergeRecord(existing, record, now));
  }
  return { written, inserted };
}

function notFound(id: string): DomainError {
  return new DomainError('NOT_FOUND', `Dataset '${id.slice(0, 1000)}' not found.`);
}

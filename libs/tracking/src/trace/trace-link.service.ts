import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { checkLength } from '../entity-name.js';
import { findTid } from './trace.repository.js';
import { MAX_TRACE_LINKS } from './trace.js';
import { traceNotFound } from './trace-errors.js';

const MAX_PROMPTS = 1000;
const MAX_PROMPT_LENGTH = 500;

/** Ties traces to runs and to prompt versions. */
@Injectable()
export class TraceLinkService {
  constructor(private readonly db: Database) {}

  /** Links those of at most 100 traces that exist to a run of the project; a repeat changes nothing. Throws INVALID_ARGUMENT. */
  async linkToRun(ctx: TenantContext, traceIds: readonly string[], runId: string): Promise<void> {
    if (traceIds.length > MAX_TRACE_LINKS) {
      throw new DomainError('INVALID_ARGUMENT', `Cannot link more than ${MAX_TRACE_LINKS} traces to a run in a single request. Provided ${traceIds.length} traces.`, { field: 'trace_ids' });
    }
    await this.linkKnown(ctx, traceIds, runId);
  }

  /** As `linkToRun`, for any number of traces. */
  async linkKnown(ctx: TenantContext, traceIds: readonly string[], runId: string): Promise<void> {
    demand(ctx, 'run:write');
    if (traceIds.length === 0) return;
    await this.db.tenantSql(ctx, (tx) => insertRunLinks(tx, projectOf(ctx), traceIds, runId));
  }

  /** Notes which prompt versions a trace used. Throws NOT_FOUND for an unknown trace, INVALID_ARGUMENT. */
  async linkPrompts(ctx: TenantContext, traceId: string, prompts: readonly { readonly name: string; readonly version: string }[]): Promise<void> {
    demand(ctx, 'run:write');
    if (prompts.length > MAX_PROMPTS) throw new DomainError('INVALID_ARGUMENT', `A request can link at most ${MAX_PROMPTS} prompt versions. Split it.`, { field: 'prompt_versions' });
    for (const { name, version } of prompts) {
      checkLength(name, MAX_PROMPT_LENGTH, 'name');
      if (!/^\d{1,18}$/.test(version)) throw new DomainError('INVALID_ARGUMENT', `'${version.slice(0, 100)}' is no version of a prompt: it must be a whole number.`, { field: 'prompt_versions' });
    }
    await this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      if (tid === null) throw traceNotFound(traceId);
      await tx.query({
        name: 'trace_prompts_insert',
        text: `INSERT INTO trace_prompts (organization_id, tid, prompt) SELECT $1, $2, n.prompt FROM unnest($3::text[]) n (prompt) ON CONFLICT DO NOTHING`,
        values: [tx.organizationId, tid, prompts.map(({ name, version }) => `${name}/${BigInt(version)}`)],
      });
    });
  }
}

/** A run that is not there is passed over, as MLflow does: links are made while runs come and go. */
async function insertRunLinks(tx: TenantSql, projectId: number, traceIds: readonly string[], runId: string): Promise<void> {
  await tx.query({
    name: 'trace_runs_insert',
    text: `WITH held AS (SELECT tid FROM traces WHERE organization_id = $1 AND project_id = $2 AND trace_id = ANY ($3::text[]) ORDER BY trace_id FOR KEY SHARE)
           INSERT INTO trace_runs (organization_id, tid, run_id)
           SELECT $1, held.tid, r.run_id FROM held JOIN runs r ON r.organization_id = $1 AND r.project_id = $2 AND r.run_id = $4
           ON CONFLICT DO NOTHING`,
    values: [tx.organizationId, projectId, traceIds, runId],
  });
}

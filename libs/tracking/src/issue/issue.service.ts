import { randomUUID } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { allOf, ISSUES, parseFilter, sql } from '@modelyard/filter';
import { decodeCursor, demand, encodeCursor, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { compareColumn } from '../clause-kind.js';
import { parseExperimentId } from '../experiment/experiment.js';
import { findExperiment } from '../experiment/experiment.repository.js';
import { checkMaxResults } from '../max-results.js';
import { experimentNotFound } from '../tracking-errors.js';
import { checkIssue, issueNotFound, type Issue, type IssueSeverity, type IssueStatus } from './issue.js';

export interface NewIssue {
  /** The id of the wire. */
  readonly experimentId: string;
  readonly name: string;
  readonly description: string;
  readonly status?: IssueStatus;
  readonly severity?: IssueSeverity;
  readonly rootCauses?: readonly string[];
  readonly categories?: readonly string[];
  readonly sourceRunId?: string;
  readonly createdBy?: string;
}

export type IssueChange = Partial<Pick<NewIssue, 'name' | 'description' | 'status' | 'severity'>>;

export interface IssueSearch {
  /** Of one experiment; of all of the project when absent. */
  readonly experimentId?: string;
  readonly filter: string;
  readonly withTraceCount: boolean;
  /** 1 to 50000. */
  readonly maxResults: number;
  readonly pageToken?: string;
}

interface IssueRow extends Omit<Issue, 'createdTimestamp' | 'lastUpdatedTimestamp'> {
  readonly createdTimestamp: string;
  readonly lastUpdatedTimestamp: string;
  readonly rank: number;
}

const SELECTED = sql`i.id, CASE WHEN e.is_default THEN 0 ELSE e.id END::text AS "experimentId", i.name, i.description, i.status, i.severity, i.root_causes AS "rootCauses", i.categories,
  i.source_run_id AS "sourceRunId", i.created_by AS "createdBy", i.created_timestamp::text AS "createdTimestamp", i.last_updated_timestamp::text AS "lastUpdatedTimestamp", i.severity_rank AS rank`;
const FROM = sql`FROM issues i JOIN experiments e ON e.organization_id = i.organization_id AND e.id = i.experiment_id`;
const TRACE_COUNT = sql`(SELECT count(DISTINCT a.tid)::integer FROM assessments a WHERE a.organization_id = i.organization_id AND a.name = i.id AND a.kind = 'issue')`;
const COLUMNS: Readonly<Record<string, ReturnType<typeof sql>>> = { status: sql`i.status`, source_run_id: sql`i.source_run_id` };
const cursorSchema = z.object({ rank: z.number().int(), count: z.number().int(), time: z.number().int(), id: z.string() });

/** Issues of the context's project. */
@Injectable()
export class IssueService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Throws NOT_FOUND for the experiment, also for a deleted one; INVALID_ARGUMENT. */
  async create(ctx: TenantContext, input: NewIssue): Promise<Issue> {
    demand(ctx, 'experiment:write');
    checkIssue(input);
    const id = `iss-${randomUUID().replaceAll('-', '')}`;
    return this.db.tenantSql(ctx, async (tx) => {
      const experiment = await this.experiment(tx, ctx, input.experimentId);
      await tx.query({
        text: `INSERT INTO issues (organization_id, id, project_id, experiment_id, name, description, status, severity, root_causes, categories, source_run_id, created_by, created_timestamp, last_updated_timestamp)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`,
        values: [
          tx.organizationId, id, projectOf(ctx), experiment, input.name, input.description, input.status ?? 'pending', input.severity ?? null,
          input.rootCauses ?? [], input.categories ?? [], input.sourceRunId ?? null, input.createdBy ?? null, Date.now(),
        ],
      });
      await this.record(tx, ctx, 'create', id, { name: input.name, experimentId: input.experimentId });
      return this.found(tx, ctx, id);
    });
  }

  /** Throws NOT_FOUND. */
  async get(ctx: TenantContext, id: string): Promise<Issue> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, (tx) => this.found(tx, ctx, id));
  }

  /** Changes what is given. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async update(ctx: TenantContext, id: string, change: IssueChange): Promise<Issue> {
    demand(ctx, 'experiment:write');
    checkIssue(change);
    return this.db.tenantSql(ctx, async (tx) => {
      const rows = await tx.query({
        text: `UPDATE issues SET name = coalesce($4, name), description = coalesce($5, description), status = coalesce($6, status), severity = coalesce($7, severity), last_updated_timestamp = $8
               WHERE organization_id = $1 AND project_id = $2 AND id = $3 RETURNING id`,
        values: [tx.organizationId, projectOf(ctx), id, change.name ?? null, change.description ?? null, change.status ?? null, change.severity ?? null, Date.now()],
      });
      if (rows.length === 0) throw issueNotFound(id);
      await this.record(tx, ctx, 'update', id, { changed: Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [key])), status: change.status, severity: change.severity });
      return this.found(tx, ctx, id);
    });
  }

  /** A page of issues, the most severe first, then the newest (if asked for, those of the most traces before). Throws INVALID_ARGUMENT. */
  async search(ctx: TenantContext, search: IssueSearch): Promise<Page<Issue>> {
    demand(ctx, 'experiment:read');
    const maxResults = checkMaxResults(search.maxResults);
    const clauses = parseFilter(ISSUES, search.filter);
    const after = search.pageToken === undefined || search.pageToken === '' ? null : decodeCursor(search.pageToken, cursorSchema);
    const wanted = search.experimentId === undefined ? null : parseExperimentId(search.experimentId);
    const count = search.withTraceCount ? TRACE_COUNT : sql`0`;
    const rows = await this.db.tenantSql(ctx, (tx) => {
      const conditions = [
        sql`i.organization_id = ${ctx.organizationId}`,
        sql`i.project_id = ${projectOf(ctx)}`,
        ...(wanted === null ? [] : [sql`CASE WHEN ${String(wanted)}::bigint = 0 THEN e.is_default ELSE e.id = ${String(wanted)}::bigint END`]),
        ...(after === null ? [] : [sql`(i.severity_rank, ${count}, i.created_timestamp, i.id) < (${after.rank}::smallint, ${after.count}::integer, ${after.time}::bigint, ${after.id}::text)`]),
        ...clauses.map((clause) => compareColumn(COLUMNS[clause.key] ?? sql`i.status`, clause)),
      ];
      return tx.query<IssueRow>(sql`SELECT ${SELECTED}, ${count} AS "traceCount" ${FROM} WHERE ${allOf(conditions)} ORDER BY i.severity_rank DESC, "traceCount" DESC, i.created_timestamp DESC, i.id DESC LIMIT ${maxResults + 1}`.render());
    });
    const last = rows.slice(0, maxResults).at(-1);
    return {
      items: rows.slice(0, maxResults).map((row) => ({ ...toIssue(row), traceCount: search.withTraceCount ? row.traceCount : null })),
      nextCursor: rows.length > maxResults && last !== undefined ? encodeCursor({ rank: last.rank, count: last.traceCount ?? 0, time: Number(last.createdTimestamp), id: last.id }) : null,
    };
  }

  private async found(tx: TenantSql, ctx: TenantContext, id: string): Promise<Issue> {
    const [row] = await tx.query<IssueRow>(sql`SELECT ${SELECTED}, NULL AS "traceCount" ${FROM} WHERE i.organization_id = ${ctx.organizationId} AND i.project_id = ${projectOf(ctx)} AND i.id = ${id}`.render());
    if (row === undefined) throw issueNotFound(id);
    return toIssue(row);
  }

  private async experiment(tx: TenantSql, ctx: TenantContext, experimentId: string): Promise<bigint> {
    const id = parseExperimentId(experimentId);
    const found = await findExperiment(tx, projectOf(ctx), id);
    if (found === null || found.lifecycleStage !== 'active') throw experimentNotFound(id);
    return found.id;
  }

  private record(tx: TenantSql, ctx: TenantContext, verb: string, id: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `issue.${verb}`, resourceType: 'issue', resourceId: id, projectId: projectOf(ctx), details });
  }
}

function toIssue({ rank: _rank, createdTimestamp, lastUpdatedTimestamp, ...row }: IssueRow): Issue {
  return { ...row, createdTimestamp: Number(createdTimestamp), lastUpdatedTimestamp: Number(lastUpdatedTimestamp) };
}

import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { loadPython, type PythonValue } from '../span/python-json.js';
import { assessedTraceNotFound, assessmentNotFound, traceNotFound } from '../trace/trace-errors.js';
import { findTid } from '../trace/trace.repository.js';
import { aggregateOf, assessmentRow, checkAssessmentName, dumped, type AssessmentChange, type AssessmentDocument, type NewAssessment } from './assessment.js';
import { deleteAssessment, findAssessment, setValid, updateAssessment, upsertAssessments } from './assessment.repository.js';

/** What people, judges and code say of a trace: feedback, expectations, issues. */
@Injectable()
export class AssessmentService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** With `overrides`, that assessment counts no more. Throws NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT. */
  async create(ctx: TenantContext, traceId: string, assessment: NewAssessment): Promise<AssessmentDocument> {
    const row = assessmentRow(assessment, Date.now());
    return this.change(ctx, traceId, traceNotFound, async (tx, tid) => {
      if (row.overrides !== null && !(await setValid(tx, tid, row.overrides, false))) throw assessmentNotFound(traceId, row.overrides);
      if ((await findAssessment(tx, tid, row.assessment_id)) !== null) {
        throw new DomainError('ALREADY_EXISTS', `Assessment with ID '${row.assessment_id}' already exists for trace '${traceId}'. Leave the id to the server.`, { field: 'assessment_id' });
      }
      await upsertAssessments(tx, tid, [row]);
      return this.found(tx, tid, traceId, row.assessment_id);
    });
  }

  /** Throws NOT_FOUND. */
  async get(ctx: TenantContext, traceId: string, assessmentId: string): Promise<AssessmentDocument> {
    demand(ctx, 'run:read');
    return this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId);
      if (tid === null) throw assessedTraceNotFound(traceId);
      return this.found(tx, tid, traceId, assessmentId);
    });
  }

  /** Source, span and kind stay what they are. Throws NOT_FOUND; INVALID_ARGUMENT for a value of another kind. */
  async update(ctx: TenantContext, traceId: string, assessmentId: string, change: AssessmentChange): Promise<AssessmentDocument> {
    checkChange(change);
    return this.change(ctx, traceId, assessedTraceNotFound, async (tx, tid) => {
      const former = await this.found(tx, tid, traceId, assessmentId);
      if (change.expectation !== undefined && former.kind !== 'expectation') throw new DomainError('INVALID_ARGUMENT', 'Cannot update expectation value on a Feedback assessment.');
      if (change.feedback !== undefined && former.kind !== 'feedback') throw new DomainError('INVALID_ARGUMENT', 'Cannot update feedback value on an Expectation assessment.');
      const given = change.feedback ?? change.expectation;
      const value = given === undefined ? loadPython(former.value) : given.value;
      const error = change.feedback === undefined ? former.error : change.feedback.error === undefined ? null : dumped(change.feedback.error);
      const metadata = { ...(former.metadata === null ? {} : (loadPython(former.metadata) as Record<string, PythonValue>)), ...change.metadata };
      await updateAssessment(tx, tid, assessmentId, {
        name: change.name ?? former.name,
        value: given === undefined ? former.value : dumped(value),
        error,
        metadata: Object.keys(metadata).length === 0 ? null : dumped(metadata),
        // MLflow keeps no rationale with expectations.
        rationale: former.kind === 'expectation' ? former.rationale : (change.rationale ?? former.rationale),
        ...aggregateOf(value),
        last_updated_time: Date.now(),
      });
      return this.found(tx, tid, traceId, assessmentId);
    });
  }

  /** An assessment that this one overrode counts again. No fault if there is none, or no such trace. */
  async delete(ctx: TenantContext, traceId: string, assessmentId: string): Promise<void> {
    demand(ctx, 'run:write');
    await this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      const former = tid === null ? null : await findAssessment(tx, tid, assessmentId);
      if (tid === null || former === null) return;
      await deleteAssessment(tx, tid, assessmentId);
      await this.audit.record(tx, ctx, { action: 'assessment.delete', resourceType: 'trace', resourceId: traceId, projectId: projectOf(ctx), details: { name: former.name, assessmentId } });
    });
  }

  /** Holds the trace, so that it is not deleted meanwhile and of two overrides one sees the other. */
  private change<T>(ctx: TenantContext, traceId: string, notFound: (traceId: string) => DomainError, work: (tx: TenantSql, tid: string) => Promise<T>): Promise<T> {
    demand(ctx, 'run:write');
    return this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      if (tid === null) throw notFound(traceId);
      return work(tx, tid);
    });
  }

  private async found(tx: TenantSql, tid: string, traceId: string, assessmentId: string): Promise<AssessmentDocument> {
    const found = await findAssessment(tx, tid, assessmentId);
    if (found === null) throw assessmentNotFound(traceId, assessmentId);
    return found;
  }
}

function checkChange(change: AssessmentChange): void {
  if (change.name !== undefined) checkAssessmentName(change.name);
  if (change.expectation !== undefined && change.feedback !== undefined) throw new DomainError('INVALID_ARGUMENT', 'Cannot specify both `expectation` and `feedback` parameters.');
}

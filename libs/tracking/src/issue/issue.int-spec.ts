import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { trackingServices, type TrackingServices } from '../testing.js';
import { parseIssueSeverity, parseIssueStatus } from './issue.js';
import { IssueService, type IssueSearch, type NewIssue } from './issue.service.js';

let db: Database;
let audit: AuditService;
let tracking: TrackingServices;
let issues: IssueService;
let ctx: TenantContext;
let experimentId: string;

beforeAll(async () => {
  db = await openTestDatabase();
  audit = new AuditService(db);
  tracking = trackingServices(db);
  issues = new IssueService(db, audit);
});

beforeEach(async () => {
  ({ ctx } = await createTestTenant(db));
  ({ experimentId } = await tracking.experiments.create(ctx, { name: 'looked at' }));
});

afterAll(() => db.close());

const make = (name: string, more: Partial<NewIssue> = {}) => issues.create(ctx, { experimentId, name, description: 'd', ...more });
const search = (more: Partial<IssueSearch> = {}) => issues.search(ctx, { filter: '', withTraceCount: false, maxResults: 100, ...more });
const names = async (more: Partial<IssueSearch> = {}) => (await search(more)).items.map(({ name }) => name);

/** An assessment of a trace that names an issue, as the services of traces write it. */
function link(issueId: string, tid: number) {
  return db.tenantSql(ctx, (tx) =>
    tx.query({
      text: `INSERT INTO assessments (organization_id, tid, created_time, last_updated_time, is_numeric_value, assessment_id, name, kind, value, source_type) VALUES ($1, $2, 1, 1, false, gen_random_uuid()::text, $3, 'issue', 'null', 'CODE')`,
      values: [ctx.organizationId, tid, issueId],
    }),
  );
}

describe('issues', () => {
  it('are made, read and changed', async () => {
    const made = await make('slow', { severity: 'low', rootCauses: ['a', 'b'], categories: ['c'], sourceRunId: 'r', createdBy: 'anna' });
    expect(made).toMatchObject({ id: expect.stringMatching(/^iss-[0-9a-f]{32}$/), experimentId, name: 'slow', status: 'pending', severity: 'low', rootCauses: ['a', 'b'], categories: ['c'], sourceRunId: 'r', createdBy: 'anna', traceCount: null });
    expect(await issues.update(ctx, made.id, { status: 'resolved' })).toMatchObject({ name: 'slow', description: 'd', status: 'resolved', severity: 'low' });
    expect(await issues.get(ctx, made.id)).toMatchObject({ status: 'resolved' });
    await expect(issues.get(ctx, 'iss-x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are made in no experiment that is deleted or not there', async () => {
    await expect(make('x', { experimentId: '987654' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await tracking.experiments.delete(ctx, experimentId);
    await expect(make('x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are found the most severe first, by status, run and experiment, in pages', async () => {
    await make('none');
    await make('high', { severity: 'high', status: 'resolved' });
    await make('low', { severity: 'low', sourceRunId: 'r' });
    await make('elsewhere', { experimentId: '0', severity: 'medium' });
    expect(await names()).toEqual(['high', 'elsewhere', 'low', 'none']);
    expect(await names({ experimentId })).toEqual(['high', 'low', 'none']);
    expect(await names({ experimentId: '0' })).toEqual(['elsewhere']);
    expect(await names({ filter: "status = 'pending' AND source_run_id = 'r'" })).toEqual(['low']);
    expect(await names({ filter: "status != 'pending'" })).toEqual(['high']);
    const first = await search({ maxResults: 3 });
    expect((await search({ maxResults: 3, pageToken: first.nextCursor ?? '' })).items.map(({ name }) => name)).toEqual(['none']);
    await expect(search({ filter: "name = 'x'" })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(search({ filter: "status LIKE 'x'" })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('are counted by trace when asked for, and then the most frequent come first', async () => {
    const rare = await make('rare');
    const often = await make('often');
    for (const tid of [1, 2, 2]) await link(often.id, tid);
    await link(rare.id, 1);
    await make('never');
    const counted = async (pageToken?: string) => search({ withTraceCount: true, maxResults: 2, pageToken });
    const first = await counted();
    expect(first.items.map(({ name, traceCount }) => [name, traceCount])).toEqual([['often', 2], ['rare', 1]]);
    expect((await counted(first.nextCursor ?? '')).items.map(({ name, traceCount }) => [name, traceCount])).toEqual([['never', 0]]);
  });

  it('record who changed what', async () => {
    const { id } = await make('audited');
    await issues.update(ctx, id, { severity: 'high' });
    expect((await audit.list(ctx, { resourceType: 'issue' }, 10)).items.map(({ action }) => action)).toEqual(['issue.update', 'issue.create']);
  });

  it('exist in no other project, and are changed by no reader', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { id } = await issues.create(a.ctx, { experimentId: '0', name: 'mine', description: 'd' });
    for (const other of [b.ctx, sibling]) {
      await expect(issues.get(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(issues.update(other, id, { name: 'stolen' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await issues.search(other, { filter: '', withTraceCount: true, maxResults: 10 })).items).toEqual([]);
    }
    await expect(issues.update(withRole(a.ctx, 'viewer'), id, { name: 'x' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect((await issues.get(a.ctx, id)).name).toBe('mine');
  });

  it('have known states and bounded texts', async () => {
    expect(() => parseIssueStatus('open')).toThrow(/not a valid IssueStatus/);
    expect(() => parseIssueSeverity('HIGH')).toThrow(/not a valid IssueSeverity/);
    await expect(make('n'.repeat(251))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

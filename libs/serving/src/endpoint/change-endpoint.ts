import { Injectable } from '@nestjs/common';
import { AuditService } from '@modelyard/audit';
import { addToOutbox, Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, notFound, projectOf, type Permission, type TenantContext } from '@modelyard/kernel';
import { EndpointChanged } from '../serving.jobs.js';
import type { Endpoint } from './endpoint.js';
import * as endpoints from './endpoint.repository.js';
import { endpointNotFound } from './endpoint.service.js';
import * as revisions from './revision.repository.js';

/** Moves an endpoint back to an earlier revision, or takes it away. Saying it twice changes nothing more. */
@Injectable()
export class ChangeEndpoint {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Default: the revision that served before. A warm one takes over at once. Throws NOT_FOUND, FAILED_PRECONDITION. */
  async rollBack(ctx: TenantContext, name: string, toRevision?: number): Promise<Endpoint> {
    return this.change(ctx, name, 'endpoint:traffic', async (tx, endpoint) => {
      const to = toRevision ?? (endpoint.activeRevision === endpoint.desiredRevision ? endpoint.previousRevision : endpoint.activeRevision);
      if (to === null) throw new DomainError('FAILED_PRECONDITION', `Endpoint '${name}' has no earlier revision to roll back to.`);
      if ((await revisions.findRevision(tx, endpoint.id, to)) === null) throw notFound(`Revision ${to} of endpoint '${name}'`);
      if (to === endpoint.desiredRevision) return;
      await endpoints.updateDesired(tx, endpoint.id, { revision: to, deleting: false });
      await this.record(tx, ctx, endpoint, 'endpoint.roll-back', { from: endpoint.desiredRevision, to });
    });
  }

  /** Traffic ends, then the processes. Its past stays readable in the audit log and by provenance ids. */
  async delete(ctx: TenantContext, name: string): Promise<Endpoint> {
    return this.change(ctx, name, 'endpoint:delete', async (tx, endpoint) => {
      if (endpoint.state === 'DELETING') return;
      await endpoints.updateDesired(tx, endpoint.id, { revision: endpoint.desiredRevision, deleting: true });
      await this.record(tx, ctx, endpoint, 'endpoint.delete', {});
    });
  }

  private async change(ctx: TenantContext, name: string, permission: Permission, work: (tx: TenantSql, endpoint: Endpoint) => Promise<void>): Promise<Endpoint> {
    const projectId = projectOf(ctx);
    demand(ctx, permission, projectId);
    return this.db.tenantSql(ctx, async (tx) => {
      const endpoint = await endpoints.findEndpoint(tx, projectId, name, { lock: true });
      if (endpoint === null) throw endpointNotFound(name);
      if (endpoint.state === 'DELETING' && permission !== 'endpoint:delete') throw new DomainError('CONFLICT', `Endpoint '${name}' is being deleted.`);
      await work(tx, endpoint);
      const changed = await endpoints.findEndpointById(tx, endpoint.id);
      if (changed === null) throw endpointNotFound(name);
      return changed;
    });
  }

  private async record(tx: TenantSql, ctx: TenantContext, endpoint: Endpoint, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    await this.audit.record(tx, ctx, { action, resourceType: 'endpoint', resourceId: endpoint.name, projectId: endpoint.projectId, details });
    await addToOutbox(tx, EndpointChanged, { organizationId: tx.organizationId, endpointId: endpoint.id });
  }
}

import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { AuditService, type AuditEvent as DomainEvent } from '@modelyard/audit';
import { demand, encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import { Can } from '../../auth/access.decorators.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { Tenant } from '../request-context.js';
import { AuditEvent, AuditEventConnection, AuditFilterInput, AuditOutcome } from './audit.graphql-types.js';

@Resolver(() => AuditEvent)
export class AuditResolver {
  constructor(private readonly audit: AuditService) {}

  @Query(() => AuditEventConnection, { description: 'The audit log of the organization, newest first.' })
  @Can('audit:read')
  async auditEvents(
    @Tenant() ctx: TenantContext,
    @Args('first', { type: () => Int, description: 'How many, at most 200.' }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => AuditFilterInput, nullable: true }) filter?: AuditFilterInput,
  ): Promise<Connection<AuditEvent>> {
    demand(ctx, 'audit:read', null);
    const wanted = { resourceType: filter?.resourceType ?? undefined, resourceId: filter?.resourceId ?? undefined, actorName: filter?.actorName ?? undefined, action: filter?.action ?? undefined };
    const page = await this.audit.list(ctx, wanted, checkFirst(first), after ?? undefined);
    return toConnection(page, (event) => toGraphql(ctx, event));
  }
}

function toGraphql(ctx: TenantContext, event: DomainEvent): AuditEvent {
  return {
    id: encodeGlobalId('AuditEvent', ctx.organizationId, event.id),
    occurredAt: new Date(event.occurredAt),
    actorName: event.actorName,
    actorKind: event.actorKind,
    action: event.action,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    outcome: event.outcome === 'allowed' ? AuditOutcome.ALLOWED : AuditOutcome.DENIED,
    requestId: event.requestId,
    sourceAddress: event.sourceAddress,
    details: JSON.stringify(event.details),
  };
}

import type { AuditService } from '@modelyard/audit';
import type { TenantSql } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import type { ModelReference } from './change-gate.js';

/** Records a change of a model, or of one of its versions, in the transaction of the change. */
export async function recordChange(
  audit: AuditService,
  tx: Pick<TenantSql, 'query' | 'organizationId'>,
  ctx: TenantContext,
  model: ModelReference,
  change: { action: string; version?: number; details?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { action, version, details } = change;
  await audit.record(tx, ctx, {
    action,
    resourceType: version === undefined ? 'registered_model' : 'model_version',
    resourceId: version === undefined ? model.name : `${model.name}/${version}`,
    projectId: model.projectId,
    details,
  });
}

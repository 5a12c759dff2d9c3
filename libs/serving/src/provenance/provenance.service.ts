import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { decodeProvenanceId, demand, inProject, notFound, type TenantContext } from '@modelyard/kernel';
import type { Endpoint, Revision } from '../endpoint/endpoint.js';
import { findEndpointById } from '../endpoint/endpoint.repository.js';
import { findRevision } from '../endpoint/revision.repository.js';
import { ServingOptions } from '../serving-options.js';

/** What made a prediction. */
export interface Provenance {
  readonly id: string;
  readonly predictedAt: Date;
  readonly endpoint: Endpoint;
  readonly revision: Revision;
  /** The caller, looking at the endpoint's project. */
  readonly ctx: TenantContext;
}

@Injectable()
export class ProvenanceService {
  constructor(
    private readonly db: Database,
    private readonly options: ServingOptions,
  ) {}

  /** Throws NOT_FOUND for an id that this installation did not make, and for another organization's or project's. */
  async resolve(ctx: TenantContext, id: string): Promise<Provenance> {
    const claim = decodeProvenanceId(this.options.provenanceKey, id);
    if (claim === null || claim.organizationId !== ctx.organizationId) throw notFound('The prediction');
    const { endpoint, revision, project } = await this.db.tenantSql(ctx, async (tx) => {
      const found = await findEndpointById(tx, claim.endpointId);
      const [row] = found === null ? [] : await tx.query<{ id: number; name: string }>({ text: 'SELECT id, name FROM projects WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, found.projectId] });
      return { endpoint: found, revision: found === null ? null : await findRevision(tx, found.id, claim.revision), project: row };
    });
    if (endpoint === null || revision === null || project === undefined) throw notFound('The prediction');
    demand(ctx, 'endpoint:read', endpoint.projectId);
    return { id, predictedAt: new Date(claim.time), endpoint, revision, ctx: inProject(ctx, project) };
  }
}

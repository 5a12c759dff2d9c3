import { Injectable } from '@nestjs/common';
import { Database, type TenantSql } from '@modelyard/db';
import { decodeCursor, demand, encodeCursor, notFound, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { z } from 'zod';
import * as endpoints from './endpoint.repository.js';
import type { DeploymentStep, Endpoint, EndpointCondition, LogLine, Revision, Target } from './endpoint.js';
import * as revisions from './revision.repository.js';

const MAX_OF_MODEL = 100;

const nameCursor = z.object({ name: z.string() });
const numberCursor = z.object({ number: z.number().int() });
const sequenceCursor = z.object({ sequence: z.union([z.number().int(), z.bigint()]) });

/** Reads endpoints, their revisions and what happened to them. All need `endpoint:read` in the endpoint's project. */
@Injectable()
export class EndpointService {
  constructor(private readonly db: Database) {}

  /** Throws NOT_FOUND, also for a deleted endpoint. */
  async get(ctx: TenantContext, name: string): Promise<Endpoint> {
    const found = await this.read(ctx, (tx) => endpoints.findEndpoint(tx, projectOf(ctx), name));
    if (found === null) throw endpointNotFound(name);
    return found;
  }

  /** Endpoints of the context's project by name. */
  async list(ctx: TenantContext, first: number, after?: string): Promise<Page<Endpoint>> {
    const from = after === undefined ? null : decodeCursor(after, nameCursor).name;
    const rows = await this.read(ctx, (tx) => endpoints.listEndpoints(tx, projectOf(ctx), from, first + 1));
    return pageOf(rows, first, ({ name }) => ({ name }));
  }

  /** Endpoints with revisions of a model, by name; at most 100. */
  listOfModel(ctx: TenantContext, modelName: string): Promise<Endpoint[]> {
    return this.read(ctx, (tx) => endpoints.listEndpointsOfModel(tx, projectOf(ctx), modelName, MAX_OF_MODEL));
  }

  async target(ctx: TenantContext, endpoint: Endpoint): Promise<Target> {
    const found = await this.readIn(ctx, endpoint, (tx) => endpoints.findTarget(tx, endpoint.targetId));
    if (found === null) throw notFound('The target');
    return found;
  }

  conditions(ctx: TenantContext, endpoint: Endpoint): Promise<EndpointCondition[]> {
    return this.readIn(ctx, endpoint, (tx) => endpoints.listConditions(tx, endpoint.id));
  }

  findRevision(ctx: TenantContext, endpoint: Endpoint, number: number): Promise<Revision | null> {
    return this.readIn(ctx, endpoint, (tx) => revisions.findRevision(tx, endpoint.id, number));
  }

  /** Newest first. */
  async revisions(ctx: TenantContext, endpoint: Endpoint, first: number, after?: string): Promise<Page<Revision>> {
    const before = after === undefined ? null : decodeCursor(after, numberCursor).number;
    const rows = await this.readIn(ctx, endpoint, (tx) => revisions.listRevisions(tx, endpoint.id, before, first + 1));
    return pageOf(rows, first, ({ number }) => ({ number }));
  }

  steps(ctx: TenantContext, endpoint: Endpoint, revision: number): Promise<DeploymentStep[]> {
    return this.readIn(ctx, endpoint, (tx) => revisions.listSteps(tx, endpoint.id, revision));
  }

  /** Oldest first. */
  async logs(ctx: TenantContext, endpoint: Endpoint, revision: number, first: number, after?: string): Promise<Page<LogLine>> {
    const from = after === undefined ? null : BigInt(decodeCursor(after, sequenceCursor).sequence);
    const rows = await this.readIn(ctx, endpoint, (tx) => revisions.listLogLines(tx, endpoint.id, revision, from, first + 1));
    return pageOf(rows, first, ({ sequence }) => ({ sequence }));
  }

  /** Log lines of a revision written after a sequence number, for who watches a deployment. */
  logsSince(ctx: TenantContext, endpoint: Endpoint, revision: number, after: bigint, limit: number): Promise<LogLine[]> {
    return this.readIn(ctx, endpoint, (tx) => revisions.listLogLines(tx, endpoint.id, revision, after, limit));
  }

  private read<T>(ctx: TenantContext, work: (tx: TenantSql) => Promise<T>): Promise<T> {
    demand(ctx, 'endpoint:read', projectOf(ctx));
    return this.db.tenantSql(ctx, work);
  }

  private readIn<T>(ctx: TenantContext, endpoint: Endpoint, work: (tx: TenantSql) => Promise<T>): Promise<T> {
    demand(ctx, 'endpoint:read', endpoint.projectId);
    return this.db.tenantSql(ctx, work);
  }
}

export function endpointNotFound(name: string) {
  return notFound(`Endpoint '${name.slice(0, 80)}'`);
}

function pageOf<T>(rows: readonly T[], first: number, position: (item: T) => object): Page<T> {
  const items = rows.slice(0, first);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > first && last !== undefined ? encodeCursor(position(last)) : null };
}

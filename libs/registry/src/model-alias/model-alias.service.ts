import { AuditService } from '@modelyard/audit';
import { addToOutbox, Database, type TenantHandle } from '@modelyard/db';
import { decodeCursor, demand, DomainError, encodeCursor, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ChangeGate, type ModelReference } from '../change-gate.js';
import type { ModelVersion } from '../model-version/model-version.js';
import { findNewestVersion, findVersion, findVersionByAlias } from '../model-version/model-version.repository.js';
import { findModel, lockModel } from '../registered-model/registered-model.repository.js';
import { recordChange } from '../registry-audit.js';
import { aliasNotFound, modelNotFound, versionNotFound } from '../registry-errors.js';
import { checkAlias, checkModelName, checkNewAlias } from '../registry-names.js';
import { announce } from '../webhook/announce.js';
import { ModelAliasMoved } from '../registry.jobs.js';
import type { AliasEvent } from './model-alias.js';
import { findAlias, insertAliasEvent, listAliasesOf, listAliasEvents, writeAlias } from './model-alias.repository.js';

const MAX_PAGE = 200;
const cursorSchema = z.object({ id: z.string().regex(/^\d{1,19}$/) });

/** Aliases: names that point at one version of a model. Each move leaves history, an audit row and an event behind. */
@Injectable()
export class AliasService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly gate: ChangeGate,
  ) {}

  /** The version that an alias names; `latest` is the newest one. Throws NOT_FOUND, INVALID_ARGUMENT for an unknown alias. */
  async resolve(ctx: TenantContext, name: string, alias: string): Promise<ModelVersion> {
    demand(ctx, 'model:read');
    checkModelName(name);
    checkAlias(alias);
    const isLatest = alias.toLowerCase() === 'latest';
    const projectId = projectOf(ctx);
    return this.db.tenantSql(ctx, async (tx) => {
      const version = isLatest ? await findNewestVersion(tx, projectId, name, null) : await findVersionByAlias(tx, projectId, name, alias);
      if (version !== null) return version;
      if ((await findModel(tx, projectId, name)) === null) throw modelNotFound(name);
      if (isLatest) throw new DomainError('NOT_FOUND', `Latest version not found for model ${name}.`);
      throw aliasNotFound(alias);
    });
  }

  /** Points an alias at a version. The same version again changes nothing. Throws NOT_FOUND, and what policy says. */
  async set(ctx: TenantContext, name: string, alias: string, version: number): Promise<void> {
    demand(ctx, 'model:promote');
    checkModelName(name);
    checkNewAlias(alias);
    await this.db.tenant(ctx, async (tx) => {
      const model = await lockModel(tx, projectOf(ctx), name);
      if (model === null || (await findVersion(tx, projectOf(ctx), name, version)) === null) throw versionNotFound(name, version);
      await this.move(tx, ctx, model, alias, version);
      await announce(tx, ctx, model, 'alias.created', { name, alias, version: String(version) });
    });
  }

  /** An alias that is not there is no error. Throws NOT_FOUND for the model, and what policy says. */
  async remove(ctx: TenantContext, name: string, alias: string): Promise<void> {
    demand(ctx, 'model:promote');
    checkModelName(name);
    checkAlias(alias);
    await this.db.tenant(ctx, async (tx) => {
      const model = await lockModel(tx, projectOf(ctx), name);
      if (model === null) throw modelNotFound(name);
      await this.move(tx, ctx, model, alias, null);
      await announce(tx, ctx, model, 'alias.deleted', { name, alias });
    });
  }

  /** Removes the aliases of a version (null: of all) that is about to be deleted, in the caller's transaction. */
  async removeAll(tx: TenantHandle, ctx: TenantContext, model: ModelReference, version: number | null): Promise<void> {
    for (const { alias } of await listAliasesOf(tx, model.id, version)) await this.move(tx, ctx, model, alias, null);
  }

  /** Moves of one alias, or of all of a model, newest first. `first` is at most 200. Throws NOT_FOUND. */
  async history(ctx: TenantContext, name: string, alias: string | null, first: number, after?: string): Promise<Page<AliasEvent>> {
    demand(ctx, 'model:read');
    checkModelName(name);
    const before = after === undefined ? null : decodeCursor(after, cursorSchema).id;
    const size = Math.min(Math.max(1, first), MAX_PAGE);
    const events = await this.db.tenantSql(ctx, async (tx) => {
      const model = await findModel(tx, projectOf(ctx), name);
      if (model === null) throw modelNotFound(name);
      return listAliasEvents(tx, model.id, alias, size + 1, before);
    });
    const items = events.slice(0, size);
    const last = items.at(-1);
    return { items, nextCursor: events.length > size && last !== undefined ? encodeCursor({ id: last.id }) : null };
  }

  private async move(tx: TenantHandle, ctx: TenantContext, model: ModelReference, alias: string, toVersion: number | null): Promise<void> {
    const fromVersion = await findAlias(tx, model.id, alias);
    if (fromVersion === toVersion) return;
    await this.gate.check(tx, ctx, { kind: 'alias', model, alias, fromVersion, toVersion });
    await writeAlias(tx, model.id, alias, toVersion);
    const eventId = await insertAliasEvent(tx, model, { alias, fromVersion, toVersion, actorName: ctx.actor.name });
    await recordChange(this.audit, tx, ctx, model, { action: toVersion === null ? 'model.delete-alias' : 'model.set-alias', details: { alias, fromVersion, toVersion } });
    await addToOutbox(tx, ModelAliasMoved, { organizationId: ctx.organizationId, projectId: model.projectId, registeredModelId: model.id, alias, eventId });
  }
}

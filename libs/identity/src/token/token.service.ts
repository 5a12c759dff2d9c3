import { Injectable } from '@nestjs/common';
import { AuditService } from '@modelyard/audit';
import { Database } from '@modelyard/db';
import { can, demand, DomainError, hashSecret, notFound, PERMISSIONS, type TenantContext } from '@modelyard/kernel';
import { newToken } from './token.js';

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly projectId: number | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const DAY_MS = 86_400_000;
const MAX_EXPIRY_DAYS = 3650;

/** Tokens of the caller, or of service accounts for admins. */
@Injectable()
export class TokenService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** The caller's own tokens, newest first. */
  async list(ctx: TenantContext): Promise<Token[]> {
    const { userId, serviceAccountId } = ownerOf(ctx);
    return this.db.tenant(ctx, (tx) =>
      tx.prisma.token.findMany({ where: { organizationId: ctx.organizationId, userId, serviceAccountId }, omit: { secretSha256: true }, orderBy: { createdAt: 'desc' }, take: 200 }),
    );
  }

  /**
   * Makes a token for the caller; the text is returned this once. A token never gives more than its maker has.
   * Throws INVALID_ARGUMENT for an unknown scope or expiry, PERMISSION_DENIED.
   */
  async create(ctx: TenantContext, input: { name: string; scopes?: readonly string[]; projectId?: number; expiresInDays?: number }): Promise<{ token: Token; text: string }> {
    demand(ctx, 'token:self', null);
    const unknown = input.scopes?.find((scope) => !(PERMISSIONS as readonly string[]).includes(scope));
    if (unknown !== undefined) throw new DomainError('INVALID_ARGUMENT', `'${unknown}' is no permission. Known ones: ${PERMISSIONS.join(', ')}.`, { field: 'scopes' });
    if (input.name.trim() === '' || input.name.length > 200) throw new DomainError('INVALID_ARGUMENT', 'Give the token a name of 1 to 200 characters.', { field: 'name' });
    const days = input.expiresInDays ?? 90;
    if (!Number.isInteger(days) || days < 1 || days > MAX_EXPIRY_DAYS) throw new DomainError('INVALID_ARGUMENT', `A token lives 1 to ${MAX_EXPIRY_DAYS} days.`, { field: 'expiresInDays' });
    const made = newToken();
    const token = await this.db.tenant(ctx, async (tx) => {
      const row = await tx.prisma.token.create({
        data: {
          organizationId: ctx.organizationId, id: made.id, secretSha256: new Uint8Array(hashSecret(made.secret)), name: input.name, ...ownerOf(ctx),
          projectId: input.projectId ?? null, scopes: [...(input.scopes ?? [])], expiresAt: new Date(Date.now() + days * DAY_MS),
        },
        omit: { secretSha256: true },
      });
      await this.audit.record(tx, ctx, { action: 'token.create', resourceType: 'token', resourceId: made.id, details: { name: input.name, scopes: input.scopes ?? [], expiresInDays: days } });
      return row;
    });
    return { token, text: made.text };
  }

  /** Ends a token: the caller's own, or any with `token:admin`. It stops working within seconds. Throws NOT_FOUND. */
  async revoke(ctx: TenantContext, id: string): Promise<Token> {
    return this.db.tenant(ctx, async (tx) => {
      const own = can(ctx, 'token:admin', null) ? {} : ownerOf(ctx);
      const found = await tx.prisma.token.findFirst({ where: { organizationId: ctx.organizationId, id, ...own }, omit: { secretSha256: true } });
      if (found === null) throw notFound(`Token '${id.slice(0, 40)}'`);
      if (found.revokedAt !== null) return found;
      const where = { organizationId_id: { organizationId: ctx.organizationId, id } };
      const revoked = await tx.prisma.token.update({ where, data: { revokedAt: new Date() }, omit: { secretSha256: true } });
      await this.audit.record(tx, ctx, { action: 'token.revoke', resourceType: 'token', resourceId: id, details: { name: found.name } });
      return revoked;
    });
  }
}

function ownerOf(ctx: TenantContext): { userId: number | null; serviceAccountId: number | null } {
  const id = Number(ctx.actor.id);
  return ctx.actor.kind === 'service_account' ? { userId: null, serviceAccountId: id } : { userId: id, serviceAccountId: null };
}

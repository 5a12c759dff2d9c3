import type { SystemHandle } from '@modelyard/db';
import type { GrantRow } from '../access.js';

export interface TokenPrincipalRow {
  readonly organization_id: number;
  readonly organization_slug: string;
  readonly secret_sha256: Buffer;
  readonly kind: 'user' | 'service_account';
  readonly principal_id: number;
  readonly principal_name: string;
  readonly default_project: string | null;
  readonly scopes: string[] | null;
  readonly usable: boolean;
  readonly is_operator: boolean;
  readonly grants: GrantRow[];
}

const LIVE_GRANTS = `(SELECT coalesce(json_agg(json_build_object('role', g.role, 'effect', g.effect, 'project_id', g.project_id)), '[]')
  FROM grants g WHERE g.organization_id = t.organization_id AND (g.expires_at IS NULL OR g.expires_at > now())
    AND (g.user_id = t.user_id OR g.service_account_id = t.service_account_id))`;

/** One statement for a whole authentication; the tenant is not known before it. */
export async function findTokenPrincipal(tx: SystemHandle, tokenId: string): Promise<TokenPrincipalRow | null> {
  const [row] = await tx.query<TokenPrincipalRow>({
    name: 'token_principal',
    text: `SELECT t.organization_id, o.slug AS organization_slug, t.secret_sha256, t.scopes,
             CASE WHEN t.user_id IS NULL THEN 'service_account' ELSE 'user' END AS kind,
             coalesce(t.user_id, t.service_account_id) AS principal_id, coalesce(u.name, s.name) AS principal_name,
             p.name AS default_project, coalesce(u.is_operator, false) AS is_operator,
             t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
               AND coalesce(u.disabled_at, s.disabled_at) IS NULL AS usable,
             ${LIVE_GRANTS} AS grants
           FROM tokens t
           JOIN organizations o ON o.id = t.organization_id
           LEFT JOIN users u ON u.id = t.user_id
           LEFT JOIN service_accounts s ON s.organization_id = t.organization_id AND s.id = t.service_account_id
           LEFT JOIN projects p ON p.organization_id = t.organization_id AND p.id = t.project_id
           WHERE t.id = $1`,
    values: [tokenId],
  });
  return row ?? null;
}

export async function touchToken(tx: SystemHandle, tokenId: string): Promise<void> {
  await tx.query({ name: 'token_touch', text: 'UPDATE tokens SET last_used_at = now() WHERE id = $1', values: [tokenId] });
}

export interface ScopeRow {
  readonly organization_id: number;
  readonly organization_slug: string;
  readonly project_id: number | null;
  readonly project_name: string | null;
}

/** The organization by its slug, with the project by name (null: the organization's default project). */
export async function findScope(tx: SystemHandle, organizationSlug: string, projectName: string | null): Promise<ScopeRow | null> {
  const [row] = await tx.query<ScopeRow>({
    name: 'tenant_scope',
    text: `SELECT o.id AS organization_id, o.slug AS organization_slug, p.id AS project_id, p.name AS project_name
           FROM organizations o
           LEFT JOIN projects p ON p.organization_id = o.id AND CASE WHEN $2::text IS NULL THEN p.is_default ELSE p.name = $2 END
           WHERE o.slug = $1`,
    values: [organizationSlug, projectName],
  });
  return row ?? null;
}

export interface TokenGrantsRow {
  readonly id: string;
  readonly organization_id: number;
  readonly secret_sha256: Buffer;
  readonly project_id: number | null;
  readonly scopes: string[] | null;
  readonly expires_at: Date | null;
  readonly grants: GrantRow[];
}

/** All usable tokens, oldest id first. */
export async function listTokenPrincipals(tx: SystemHandle): Promise<TokenGrantsRow[]> {
  return tx.query<TokenGrantsRow>({
    name: 'token_principals',
    text: `SELECT t.id, t.organization_id, t.secret_sha256, t.project_id, t.scopes, t.expires_at, ${LIVE_GRANTS} AS grants
           FROM tokens t
           LEFT JOIN users u ON u.id = t.user_id
           LEFT JOIN service_accounts s ON s.organization_id = t.organization_id AND s.id = t.service_account_id
           WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now()) AND coalesce(u.disabled_at, s.disabled_at) IS NULL
           ORDER BY t.id`,
  });
}

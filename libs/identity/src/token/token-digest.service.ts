import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import type { TokenDigest, TokenTable } from '@modelyard/kernel';
import { accessOf } from '../access.js';
import { listTokenPrincipals, type TokenGrantsRow } from '../authentication/principal.repository.js';

/** What routers must know to check callers by themselves: digests of tokens, and where each may call endpoints. */
@Injectable()
export class TokenDigestService {
  constructor(private readonly db: Database) {}

  /** Usable tokens of all organizations that may call endpoints somewhere. The version says whether anything changed. */
  async table(): Promise<TokenTable> {
    const rows = await this.db.system('make the token table for routers', listTokenPrincipals);
    const tokens = rows.flatMap((row) => toDigest(row) ?? []);
    return { version: createHash('sha256').update(JSON.stringify(tokens)).digest('hex').slice(0, 32), tokens };
  }
}

function toDigest(row: TokenGrantsRow): TokenDigest | null {
  const { organization, projects, denied } = accessOf(row.grants, row.scopes);
  const everywhere = organization.has('endpoint:invoke');
  const some = [...projects].filter(([, permissions]) => permissions.has('endpoint:invoke')).map(([id]) => id);
  if (!everywhere && some.length === 0) return null;
  return {
    id: row.id,
    sha256: row.secret_sha256.toString('hex'),
    organizationId: row.organization_id,
    defaultProjectId: row.project_id,
    projects: everywhere ? null : some,
    except: [...denied].filter(([, permissions]) => permissions.has('endpoint:invoke')).map(([id]) => id),
    expiresAt: row.expires_at === null ? null : row.expires_at.getTime(),
  };
}

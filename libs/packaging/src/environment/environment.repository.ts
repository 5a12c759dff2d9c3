import type { TenantSql } from '@modelyard/db';

export interface EnvironmentRow {
  readonly key: string;
  readonly pythonVersion: string;
  readonly requirements: readonly string[];
}

/** Notes that an environment is being made, for the first time or again. */
export async function beginEnvironment(tx: TenantSql, row: EnvironmentRow): Promise<void> {
  await tx.query({
    name: 'environment_begin',
    text: `INSERT INTO environments (organization_id, key, python_version, requirements, state) VALUES ($1, $2, $3, $4, 'BUILDING')
           ON CONFLICT (organization_id, key) DO UPDATE SET state = 'BUILDING', message = '', created_at = now(), finished_at = NULL`,
    values: [tx.organizationId, row.key, row.pythonVersion, [...row.requirements]],
  });
}

export async function finishEnvironment(tx: TenantSql, key: string, state: 'READY' | 'FAILED', message: string): Promise<void> {
  await tx.query({
    name: 'environment_finish',
    text: 'UPDATE environments SET state = $3, message = $4, finished_at = now() WHERE organization_id = $1 AND key = $2',
    values: [tx.organizationId, key, state, message],
  });
}

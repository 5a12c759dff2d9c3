import { createHash } from 'node:crypto';
import { DomainError } from '@modelyard/kernel';
import type { SourceReader } from './import-step.js';

/** Alembic's head in MLflow 3.17. */
export const SUPPORTED_SCHEMA = 'dc11669786a5';

/** What has no place here yet: counted, so that nobody misses it unawares. */
const LEFT_BEHIND = ['evaluation_datasets', 'scorers', 'issues', 'label_schemas', 'review_queues', 'webhooks', 'secrets', 'endpoints', 'mcp_servers', 'budget_policies'];

/**
 * Looks whether a store can be taken over, and what it is: the fingerprint is the same wherever its database lies.
 * Throws FAILED_PRECONDITION.
 */
export async function inspectStore(source: SourceReader): Promise<{ fingerprint: string; leftBehind: readonly { table: string; rows: number }[] }> {
  const version = await source.query('SELECT version_num FROM alembic_version', []).catch((cause: unknown) => {
    throw new DomainError('FAILED_PRECONDITION', 'This is no database of MLflow: it has no table alembic_version. Name the one that `mlflow server --backend-store-uri` uses.', undefined, { cause });
  });
  if (version[0]?.['version_num'] !== SUPPORTED_SCHEMA) {
    throw new DomainError('FAILED_PRECONDITION', `The store has the schema ${String(version[0]?.['version_num'])}, and only that of MLflow 3.17 (${SUPPORTED_SCHEMA}) can be imported. Run \`mlflow db upgrade <url>\` with MLflow 3.17 on it, or on a copy.`);
  }
  const workspaces = await source.query('SELECT workspace FROM experiments UNION SELECT workspace FROM registered_models', []);
  if (workspaces.length > 1) throw new DomainError('FAILED_PRECONDITION', `The store has ${workspaces.length} workspaces (${workspaces.map((row) => String(row['workspace'])).sort().join(', ').slice(0, 300)}), and a project has room for one. Importing them one by one is not possible yet.`);
  const oldest = await source.query('SELECT experiment_id, creation_time, artifact_location FROM experiments ORDER BY experiment_id LIMIT 1', []);
  const identity = oldest.map((row) => [row['experiment_id'], row['creation_time'], row['artifact_location']].map(String));
  const leftBehind: { table: string; rows: number }[] = [];
  for (const table of LEFT_BEHIND) {
    const [row] = await source.query(`SELECT count(*) AS n FROM ${table}`, []);
    const rows = Number(row?.['n'] ?? 0);
    if (rows > 0) leftBehind.push({ table, rows });
  }
  return { fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('hex'), leftBehind };
}

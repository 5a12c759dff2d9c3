import { Database } from '@modelyard/db';
import { demand, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';

export interface RunColumns {
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  readonly tags: readonly string[];
}

const MAX_COLUMNS = 2000;

/** Which metrics, params and tags the runs of some experiments have, for a column picker. */
@Injectable()
export class RunColumnsService {
  constructor(private readonly db: Database) {}

  async list(ctx: TenantContext, experimentIds: readonly string[]): Promise<RunColumns> {
    demand(ctx, 'run:read');
    return this.db.tenantSql(ctx, async (tx) => {
      const ids = await resolveExperimentIds(tx, projectOf(ctx), experimentIds.map(parseExperimentId));
      const [row] = await tx.query<RunColumns>({ name: 'run_columns', text: COLUMNS, values: [ctx.organizationId, ids] });
      return row ?? { metrics: [], params: [], tags: [] };
    });
  }
}

// One index probe for each key of the organization and experiment, instead of a scan of all values.
const namesIn = (table: string) => `ARRAY(
  SELECT k.name FROM keys k WHERE k.organization_id = $1 AND EXISTS (
    SELECT FROM unnest($2::bigint[]) AS e (id) WHERE EXISTS (
      SELECT FROM ${table} v WHERE v.organization_id = $1 AND v.experiment_id = e.id AND v.key_id = k.id))
  ORDER BY k.name LIMIT ${MAX_COLUMNS})`;

const COLUMNS = `SELECT ${namesIn('latest_metrics')} AS metrics, ${namesIn('params')} AS params, ${namesIn('run_tags')} AS tags`;

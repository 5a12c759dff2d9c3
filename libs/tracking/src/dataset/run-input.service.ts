import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { checkRunId } from '../entity-name.js';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { translateTrackingFault } from '../tracking-errors.js';
import { checkDatasetInputs, DATASET_CONTEXT_TAG, type DatasetInput, type ModelOutput } from './run-inputs.js';

export interface DatasetSummary {
  readonly experiment_id: string;
  readonly name: string;
  readonly digest: string;
  readonly context?: string;
}

interface WritableRun {
  readonly rid: string;
  readonly experiment_id: string;
}

const MAX_MODELS = 1000;
const MAX_SUMMARY_EXPERIMENTS = 20;

/** What goes into a run and what comes out: datasets and logged models. */
@Injectable()
export class RunInputService {
  constructor(private readonly db: Database) {}

  /** Notes datasets and models as inputs; repeating it changes nothing. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async logInputs(ctx: TenantContext, runId: string, inputs: { datasets: readonly DatasetInput[]; modelIds: readonly string[] }): Promise<void> {
    const datasets = checkDatasetInputs(inputs.datasets);
    const models = inputs.modelIds.map((modelId) => ({ modelId, step: 0 }));
    await this.write(ctx, runId, async (tx, run) => {
      if (datasets.length > 0) await insertDatasets(tx, run, datasets);
      await insertModels(tx, run, models, false);
    });
  }

  /** Notes models that the run made, with the step of each; a repeat sets the step. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async logOutputs(ctx: TenantContext, runId: string, models: readonly ModelOutput[]): Promise<void> {
    await this.write(ctx, runId, (tx, run) => insertModels(tx, run, models, true));
  }

  /** Names, digests and contexts of the datasets of at most 20 experiments; at most 1000. */
  async summaries(ctx: TenantContext, experimentIds: readonly string[]): Promise<DatasetSummary[]> {
    demand(ctx, 'run:read');
    if (experimentIds.length === 0) throw new DomainError('INVALID_ARGUMENT', 'SearchDatasets request must specify at least one experiment_id.', { field: 'experiment_ids' });
    if (experimentIds.length > MAX_SUMMARY_EXPERIMENTS) {
      throw new DomainError('INVALID_ARGUMENT', `SearchDatasets request cannot specify more than ${MAX_SUMMARY_EXPERIMENTS} experiment_ids. Received ${experimentIds.length} experiment_ids.`, { field: 'experiment_ids' });
    }
    return this.db.tenantSql(ctx, async (tx) => {
      const ids = await resolveExperimentIds(tx, projectOf(ctx), experimentIds.map(parseExperimentId));
      const rows = await tx.query<{ experiment_id: string; name: string; digest: string; context: string | null }>({
        name: 'dataset_summaries',
        text: `SELECT DISTINCT CASE WHEN e.is_default THEN '0' ELSE e.id::text END AS experiment_id, d.name, d.digest, i.context
               FROM datasets d JOIN experiments e ON e.organization_id = $1 AND e.id = d.experiment_id
               JOIN run_inputs i ON i.organization_id = $1 AND i.dataset_id = d.id
               WHERE d.organization_id = $1 AND d.experiment_id = ANY ($2::bigint[]) LIMIT 1000`,
        values: [ctx.organizationId, ids.map(String)],
      });
      return rows.map(({ context, ...summary }) => (context === null ? summary : { ...summary, context }));
    });
  }

  private async write(ctx: TenantContext, runId: string, work: (tx: TenantSql, run: WritableRun) => Promise<void>): Promise<void> {
    demand(ctx, 'run:write');
    checkRunId(runId);
    try {
      await this.db.tenantSql(ctx, async (tx) => {
        const [run] = await tx.query<WritableRun>({
          name: 'writable_run',
          text: 'SELECT rid::text, experiment_id::text FROM tracking_writable_run($1, $2, $3)',
          values: [ctx.organizationId, projectOf(ctx), runId],
        });
        if (run !== undefined) await work(tx, run);
      });
    } catch (error) {
      throw translateTrackingFault(error, runId);
    }
  }
}

async function insertDatasets(tx: TenantSql, run: WritableRun, inputs: readonly DatasetInput[]): Promise<void> {
  const rows = inputs.map(({ dataset, tags }) => ({
    ...dataset,
    context: tags.find(({ key }) => key === DATASET_CONTEXT_TAG)?.value ?? null,
    tags,
  }));
  const { organizationId } = tx;
  const values = [organizationId, run.experiment_id, JSON.stringify(rows)];
  await tx.query({
    name: 'datasets_insert',
    text: `INSERT INTO datasets (organization_id, experiment_id, name, digest, source_type, source, schema, profile)
           SELECT $1, $2, d.name, d.digest, d.source_type, d.source, d.schema, d.profile
           FROM json_to_recordset($3::json) d (name text, digest text, source_type text, source text, schema text, profile text)
           ORDER BY d.name, d.digest ON CONFLICT DO NOTHING`,
    values,
  });
  await tx.query({
    name: 'run_inputs_insert',
    text: `INSERT INTO run_inputs (rid, dataset_id, organization_id, context, tags)
           SELECT $4::bigint, d.id, $1, n.context, n.tags
           FROM json_to_recordset($3::json) n (name text, digest text, context text, tags json)
           JOIN datasets d ON d.organization_id = $1 AND d.experiment_id = $2 AND d.name = n.name AND d.digest = n.digest
           ON CONFLICT DO NOTHING`,
    values: [...values, run.rid],
  });
}

async function insertModels(tx: TenantSql, run: WritableRun, models: readonly ModelOutput[], isOutput: boolean): Promise<void> {
  if (models.length === 0) return;
  if (models.length > MAX_MODELS) throw new DomainError('INVALID_ARGUMENT', `A request can name at most ${MAX_MODELS} models. Split it.`, { field: 'models' });
  const steps = new Map(models.map(({ modelId, step }) => [modelId, step]));
  await tx.query({
    name: 'run_models_insert',
    text: `INSERT INTO run_models (rid, step, organization_id, is_output, model_id)
           SELECT $2, n.step, $1, $3, n.model_id FROM unnest($4::text[], $5::bigint[]) n (model_id, step) ORDER BY n.model_id
           ON CONFLICT (organization_id, rid, is_output, model_id) DO UPDATE SET step = excluded.step`,
    values: [tx.organizationId, run.rid, isOutput, [...steps.keys()], [...steps.values()].map(String)],
  });
}

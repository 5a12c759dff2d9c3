import { Database } from '@modelyard/db';
import { demand, DomainError, parseJson, projectOf, stringifyJson, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { checkRunId, MAX_TAG_VALUE_LENGTH } from '../entity-name.js';
import type { Tag } from '../experiment/experiment.js';
import { runNotFound } from '../tracking-errors.js';
import { checkBatch, type Batch, type MetricInput } from './batch.js';
import { insertBatch, retried } from './batch.repository.js';
import { RunService } from './run.service.js';

const MODEL_HISTORY_TAG = 'mlflow.log-model.history';
const REQUIRED_MODEL_FIELDS = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];
const KEPT_MODEL_FIELDS = ['run_id', 'artifact_path', 'utc_time_created', 'model_uuid'];

const modelSchema = z.looseObject({ flavors: z.record(z.string(), z.unknown()).optional() });

/** What clients write into a run while it goes on: the data plane, one statement a call. */
@Injectable()
export class RunLogService {
  constructor(
    private readonly db: Database,
    private readonly runs: RunService,
  ) {}

  /**
   * Logs metrics, params and tags, all or nothing. Repeating a call changes nothing. Throws NOT_FOUND;
   * INVALID_ARGUMENT for a deleted run, a changed param, or what breaks a limit.
   */
  async logBatch(ctx: TenantContext, runId: string, batch: Batch): Promise<void> {
    await this.write(ctx, runId, batch, false);
  }

  async logMetric(ctx: TenantContext, runId: string, metric: MetricInput): Promise<void> {
    await this.write(ctx, runId, { metrics: [metric], params: [], tags: [] }, true);
  }

  /** Params cannot be changed: another value is INVALID_ARGUMENT. */
  async logParam(ctx: TenantContext, runId: string, param: Tag): Promise<void> {
    await this.write(ctx, runId, { metrics: [], params: [param], tags: [] }, true);
  }

  async setTag(ctx: TenantContext, runId: string, tag: Tag): Promise<void> {
    await this.write(ctx, runId, { metrics: [], params: [], tags: [tag] }, true);
  }

  /** Throws NOT_FOUND when there is no such run or tag. */
  async deleteTag(ctx: TenantContext, runId: string, key: string): Promise<void> {
    demand(ctx, 'run:write');
    const [row] = await retried(runId, () =>
      this.db.statement<{ deleted: boolean }>({
        name: 'delete_tag',
        text: 'SELECT tracking_delete_tag($1, $2, $3, $4) AS deleted',
        values: [ctx.organizationId, projectOf(ctx), runId, key],
      }),
    );
    if (row?.deleted !== true) throw new DomainError('NOT_FOUND', `No tag with name: ${key.slice(0, 500)} in run with id ${runId}`);
  }

  /** Notes a model of a 2.x client in the run's tag `mlflow.log-model.history`. `modelJson` is the MLmodel file as JSON. */
  async recordLoggedModel(ctx: TenantContext, runId: string, modelJson: string): Promise<void> {
    demand(ctx, 'run:write');
    const model = modelEntry(modelJson);
    const run = (await this.runs.get(ctx, runId)).read();
    if (run.info.lifecycle_stage !== 'active') throw runNotFound(runId);
    const former = run.data.tags?.find((tag) => tag.key === MODEL_HISTORY_TAG)?.value;
    await this.setTag(ctx, runId, { key: MODEL_HISTORY_TAG, value: historyValue([...readHistory(former), model]) });
  }

  private async write(ctx: TenantContext, runId: string, batch: Batch, single: boolean): Promise<void> {
    demand(ctx, 'run:write');
    if (!single) checkRunId(runId);
    await insertBatch(this.db, ctx.organizationId, projectOf(ctx), runId, checkBatch(batch, single), single);
  }
}

function readHistory(tag: string | undefined): unknown[] {
  try {
    return z.array(z.unknown()).parse(parseJson(tag ?? '[]'));
  } catch {
    return []; // Somebody else wrote the tag.
  }
}

/** The newest entries that fit into a tag: cut JSON would be of no use. */
function historyValue(models: readonly unknown[]): string {
  const value = pythonStyle(stringifyJson(models));
  return value.length <= MAX_TAG_VALUE_LENGTH || models.length === 1 ? value : historyValue(models.slice(1));
}

/** Blanks after commas and colons, as Python's json.dumps puts them. */
function pythonStyle(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.startsWith('"') ? token : `${token} `));
}

function modelEntry(modelJson: string): Record<string, unknown> {
  const model = readModel(modelJson);
  const missing = REQUIRED_MODEL_FIELDS.filter((field) => !(field in model));
  if (missing.length > 0) {
    throw new DomainError('INVALID_ARGUMENT', `Model json is missing mandatory fields: {${missing.map((field) => `'${field}'`).join(', ')}}`, { field: 'model_json' });
  }
  const flavors = Object.entries(model.flavors ?? {}).map(([name, flavor]) => [name, withoutConfig(flavor)]);
  return { ...Object.fromEntries(KEPT_MODEL_FIELDS.map((field) => [field, model[field] ?? null])), flavors: Object.fromEntries(flavors) };
}

function readModel(modelJson: string): z.output<typeof modelSchema> {
  try {
    return modelSchema.parse(parseJson(modelJson));
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', `Malformed model info. \n ${modelJson.slice(0, 500)} \n is not a valid JSON.`, { field: 'model_json' }, { cause });
  }
}

function withoutConfig(flavor: unknown): unknown {
  if (typeof flavor !== 'object' || flavor === null || Array.isArray(flavor)) return flavor;
  return Object.fromEntries(Object.entries(flavor).filter(([field]) => field !== 'config'));
}

import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import type { LoggedModelDocument, RunDocument } from '@modelyard/tracking';
import { LifecycleStage } from './experiment.graphql-types.js';
import { RunStatus, type DatasetInput, type LoggedModel, type Run } from './run.graphql-types.js';

const CONTEXT_TAG = 'mlflow.data.context';

/** A run as GraphQL shows it. Times of the document are milliseconds. */
export function toRun(ctx: TenantContext, { info, data, inputs, outputs }: RunDocument): Run {
  const tags = data.tags ?? [];
  const tag = (key: string) => tags.find((item) => item.key === key)?.value ?? null;
  return {
    id: encodeGlobalId('Run', ctx.organizationId, info.run_id),
    runId: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name,
    status: RunStatus[info.status],
    lifecycleStage: info.lifecycle_stage === 'active' ? LifecycleStage.ACTIVE : LifecycleStage.DELETED,
    userName: info.user_id,
    startedAt: toDate(info.start_time),
    endedAt: toDate(info.end_time),
    durationMs: info.end_time === undefined ? null : BigInt(Math.max(0, info.end_time - info.start_time)),
    artifactUri: info.artifact_uri,
    datasets: (inputs.dataset_inputs ?? []).map(toDatasetInput),
    parentRunId: tag('mlflow.parentRunId'),
    sourceName: tag('mlflow.source.name'),
    sourceCommit: tag('mlflow.source.git.commit'),
    projectName: ctx.projectName ?? '',
    allMetrics: (data.metrics ?? []).map(({ key, value, step, timestamp }) => ({
      key,
      value: typeof value === 'number' ? value : null,
      valueText: String(value),
      step: BigInt(step),
      timestamp: new Date(Number(timestamp)),
    })),
    allParams: data.params ?? [],
    allTags: tags,
    loggedModelIds: [...(outputs?.model_outputs ?? []), ...(inputs.model_inputs ?? [])].map((model) => model.model_id),
  };
}

export function toLoggedModel(ctx: TenantContext, { info }: LoggedModelDocument): LoggedModel {
  return {
    id: encodeGlobalId('LoggedModel', ctx.organizationId, info.model_id),
    modelId: info.model_id,
    name: info.name,
    status: info.status.replace('LOGGED_MODEL_', ''),
    modelType: info.model_type || null,
    createdAt: new Date(Number(info.creation_timestamp_ms)),
    experimentId: info.experiment_id,
    sourceRunId: info.source_run_id || null,
  };
}

type DatasetDocument = NonNullable<RunDocument['inputs']['dataset_inputs']>[number];

function toDatasetInput({ tags, dataset }: DatasetDocument): DatasetInput {
  return {
    name: dataset.name,
    digest: dataset.digest,
    sourceType: dataset.source_type,
    source: dataset.source,
    context: tags?.find((tag) => tag.key === CONTEXT_TAG)?.value ?? null,
    schema: dataset.schema ?? null,
    profile: dataset.profile ?? null,
  };
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

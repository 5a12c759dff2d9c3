import { Field, Float, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';
import { LongScalar } from '../scalars.js';
import { KeyValue, LifecycleStage } from './experiment.graphql-types.js';

export enum RunStatus {
  RUNNING = 'RUNNING',
  SCHEDULED = 'SCHEDULED',
  FINISHED = 'FINISHED',
  FAILED = 'FAILED',
  KILLED = 'KILLED',
}
registerEnumType(RunStatus, { name: 'RunStatus', description: 'Where a run stands, as in MLflow.' });

export enum RunViewType {
  ACTIVE = 'ACTIVE_ONLY',
  DELETED = 'DELETED_ONLY',
  ALL = 'ALL',
}
registerEnumType(RunViewType, { name: 'RunViewType', description: 'Which runs a list shows.' });

export enum SeriesAxis {
  STEP = 'step',
  TIME = 'timestamp',
}
registerEnumType(SeriesAxis, { name: 'SeriesAxis', description: 'What a series runs along.' });

@ObjectType({ description: 'The latest value of a metric.' })
export class Metric {
  @Field({ description: 'Key.' })
  key!: string;

  @Field(() => Float, { nullable: true, description: 'Value; null when it is not a number.' })
  value!: number | null;

  @Field({ description: 'Value as text, `NaN` included.' })
  valueText!: string;

  @Field(() => LongScalar, { description: 'Step it was logged at.' })
  step!: bigint;

  @Field({ description: 'When it was logged.' })
  timestamp!: Date;
}

@ObjectType({ description: 'A point of a chart; a bucket of several when down-sampled.' })
export class MetricPoint {
  @Field(() => LongScalar, { description: 'Last step of the bucket.' })
  step!: bigint;

  @Field({ description: 'Last time of the bucket.' })
  timestamp!: Date;

  @Field(() => Float, { nullable: true, description: 'Mean of the bucket; null when it holds no number.' })
  value!: number | null;

  @Field(() => Float, { nullable: true, description: 'Least value of the bucket.' })
  min!: number | null;

  @Field(() => Float, { nullable: true, description: 'Greatest value of the bucket.' })
  max!: number | null;
}

@ObjectType({ description: 'The history of a metric, for a chart.' })
export class MetricSeries {
  @Field({ description: 'Key of the metric.' })
  key!: string;

  @Field(() => [MetricPoint], { description: 'Points in order of the axis.' })
  points!: readonly MetricPoint[];

  @Field(() => LongScalar, { description: 'Points that were logged in this range.' })
  totalPoints!: bigint;

  @Field({ description: 'Are points buckets of several?' })
  downsampled!: boolean;
}

@ObjectType({ description: 'Keys that runs of some experiments have.' })
export class RunColumns {
  @Field(() => [String], { description: 'Metric keys.' })
  metrics!: readonly string[];

  @Field(() => [String], { description: 'Param keys.' })
  params!: readonly string[];

  @Field(() => [String], { description: 'Tag keys.' })
  tags!: readonly string[];
}

@ObjectType({ description: 'A dataset a run read.' })
export class DatasetInput {
  @Field({ description: 'Name.' })
  name!: string;

  @Field({ description: 'Digest of the data.' })
  digest!: string;

  @Field({ description: 'Kind of source, e.g. `code`, `s3`.' })
  sourceType!: string;

  @Field({ description: 'Where it came from.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'What it was used for, e.g. `training`.' })
  context!: string | null;

  @Field(() => String, { nullable: true, description: 'Schema, as JSON text.' })
  schema!: string | null;

  @Field(() => String, { nullable: true, description: 'Profile, as JSON text.' })
  profile!: string | null;
}

@ObjectType({ description: 'A model a run logged, as in MLflow 3.' })
export class LoggedModel {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: "MLflow's id, `m-...`." })
  modelId!: string;

  @Field({ description: 'Name.' })
  name!: string;

  @Field({ description: '`PENDING`, `READY` or `UPLOAD_FAILED`.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Kind of model, as its maker says.' })
  modelType!: string | null;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field({ description: 'Experiment it belongs to.' })
  experimentId!: string;

  @Field(() => String, { nullable: true, description: 'Run that logged it.' })
  sourceRunId!: string | null;
}

@ObjectType({ description: 'One execution of code, as in MLflow.' })
export class Run {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: "MLflow's run id." })
  runId!: string;

  @Field({ description: 'Experiment it belongs to.' })
  experimentId!: string;

  @Field({ description: 'Name.' })
  name!: string;

  @Field(() => RunStatus, { description: 'Where it stands.' })
  status!: RunStatus;

  @Field(() => LifecycleStage, { description: 'Active or deleted.' })
  lifecycleStage!: LifecycleStage;

  @Field({ description: 'Who started it.' })
  userName!: string;

  @Field(() => Date, { nullable: true, description: 'When it started.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it runs.' })
  endedAt!: Date | null;

  @Field(() => LongScalar, { nullable: true, description: 'How long it ran, in milliseconds; null while it runs.' })
  durationMs!: bigint | null;

  @Field({ description: 'Where its artifacts are.' })
  artifactUri!: string;

  @Field(() => [DatasetInput], { description: 'Datasets it read.' })
  datasets!: readonly DatasetInput[];

  @Field(() => String, { nullable: true, description: 'Run it is nested in.' })
  parentRunId!: string | null;

  @Field(() => String, { nullable: true, description: 'Program that was run.' })
  sourceName!: string | null;

  @Field(() => String, { nullable: true, description: 'Commit of the program.' })
  sourceCommit!: string | null;

  /** Not part of the schema: what field resolvers read. */
  projectName!: string;
  allMetrics!: readonly Metric[];
  allParams!: readonly KeyValue[];
  allTags!: readonly KeyValue[];
  loggedModelIds!: readonly string[];
}

@InputType({ description: 'A run to act on.' })
export class RunInput {
  @Field(() => String, { nullable: true, description: 'Project; the one of the request if left out.' })
  project?: string;

  @Field({ description: "MLflow's run id." })
  runId!: string;
}

@InputType({ description: 'A tag to set on a run.' })
export class SetRunTagInput extends RunInput {
  @Field({ description: 'Key.' })
  key!: string;

  @Field({ description: 'Value.' })
  value!: string;
}

@ObjectType({ description: 'The changed run.' })
export class RunPayload {
  @Field(() => Run, { description: 'The run.' })
  run!: Run;
}

export const RunConnection = connectionOf(Run, 'Run');

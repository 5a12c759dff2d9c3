/** Result types of the GraphQL API, written by hand; a spec checks every document against the committed schema. */

export type DateTime = string;
/** 64-bit integer: a number where that is exact, a string above. */
export type Long = number | string;

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
export type LifecycleStage = 'ACTIVE' | 'DELETED';
export type SeriesAxis = 'STEP' | 'TIME';
export type EndpointState = 'PENDING' | 'READY' | 'DEGRADED' | 'FAILED' | 'DELETING';
export type RevisionState = 'PENDING' | 'BUILDING' | 'STARTING' | 'READY' | 'FAILED' | 'STOPPED';
export type StepState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';

export interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}
export interface Connection<T> {
  nodes: T[];
  pageInfo: PageInfo;
}
export interface KeyValue {
  key: string;
  value: string;
}
export interface Metric {
  key: string;
  value: number | null;
  valueText: string;
  step: Long;
  timestamp: DateTime;
}
export interface MetricPoint {
  step: Long;
  timestamp: DateTime;
  value: number | null;
  min: number | null;
  max: number | null;
}
export interface MetricSeries {
  key: string;
  points: MetricPoint[];
  totalPoints: Long;
  downsampled: boolean;
}
export interface DatasetInput {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  context: string | null;
  schema: string | null;
  profile: string | null;
}
export interface Artifact {
  path: string;
  name: string;
  isDirectory: boolean;
  sizeBytes: Long | null;
  url: string;
}
export interface ModelAlias {
  alias: string;
  version: string;
}
export interface DeploymentStep {
  name: string;
  state: StepState;
  message: string;
  startedAt: DateTime | null;
  finishedAt: DateTime | null;
  durationMs: Long | null;
}
export interface LogLine {
  sequence: Long;
  time: DateTime;
  stream: string;
  text: string;
  step: string;
}
export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  changedAt: DateTime;
}

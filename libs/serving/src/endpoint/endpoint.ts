import { DomainError } from '@modelyard/kernel';
import type { Condition, EndpointState, RevisionState } from '../rollout/status.js';

/** Where endpoints run. */
export interface Target {
  readonly id: number;
  readonly name: string;
  readonly kind: 'local' | 'kubernetes';
  /** How far models are kept from everything else, and a sentence that says so. */
  readonly isolation: string;
  readonly isolationNote: string;
}

/** A stable URL that serves predictions. */
export interface Endpoint {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  readonly targetId: number;
  /** Grows with each wish; `observedGeneration` follows when it was acted on. */
  readonly generation: number;
  readonly observedGeneration: number;
  readonly desiredRevision: number | null;
  readonly activeRevision: number | null;
  readonly previousRevision: number | null;
  readonly state: EndpointState;
  readonly stateReason: string | null;
  /** Grows with every change that a watcher wants to see. */
  readonly changeNumber: bigint;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
}

/** One immutable (model version, resources) under an endpoint, with what is observed of it. */
export interface Revision {
  readonly endpointId: number;
  readonly number: number;
  readonly modelName: string;
  readonly modelVersion: number;
  readonly runId: string | null;
  readonly loggedModelId: string | null;
  readonly replicas: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly state: RevisionState;
  readonly stateReason: string | null;
  readonly readyReplicas: number;
  readonly restarts: number;
  readonly trafficPercent: number;
}

export interface EndpointCondition extends Condition {
  readonly changedAt: Date;
}

export type StepState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';

export interface DeploymentStep {
  readonly name: string;
  readonly state: StepState;
  readonly message: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface LogLine {
  readonly sequence: bigint;
  readonly revision: number;
  readonly time: Date;
  readonly stream: string;
  readonly step: string;
  readonly text: string;
}

/** In the order in which they happen. */
export const STEPS = ['resolve', 'fetch', 'environment', 'start', 'ready', 'traffic'] as const;
export type StepName = (typeof STEPS)[number];

export const MAX_REPLICAS = 16;

// A DNS label: the name becomes part of URLs and of names of cluster objects.
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Throws INVALID_ARGUMENT. */
export function checkEndpointName(name: string): void {
  if (NAME.test(name)) return;
  throw new DomainError('INVALID_ARGUMENT', `'${name.slice(0, 80)}' cannot be the name of an endpoint: use 1 to 63 lower-case letters, digits and hyphens inside.`, { field: 'endpoint' });
}

/** The endpoint of a model when nobody names one: the model's name made safe for URLs. */
export function endpointNameOf(modelName: string): string {
  const safe = modelName.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 63).replace(/^-+|-+$/g, '');
  return safe === '' ? 'model' : safe;
}

/** Throws INVALID_ARGUMENT. */
export function checkReplicas(replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= MAX_REPLICAS) return;
  throw new DomainError('INVALID_ARGUMENT', `'replicas' must be 1 to ${MAX_REPLICAS}.`, { field: 'replicas' });
}

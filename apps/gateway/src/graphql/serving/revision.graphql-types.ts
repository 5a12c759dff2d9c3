import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Endpoint as DomainEndpoint } from '@modelyard/serving';
import { connectionOf } from '../page-info.graphql-types.js';
import { LongScalar } from '../scalars.js';
import { Endpoint } from './endpoint.graphql-types.js';

export enum RevisionState {
  PENDING = 'PENDING',
  BUILDING = 'BUILDING',
  STARTING = 'STARTING',
  READY = 'READY',
  FAILED = 'FAILED',
  STOPPED = 'STOPPED',
}
registerEnumType(RevisionState, { name: 'RevisionState', description: 'How far a revision is. A READY one may be kept warm without traffic.' });

export enum StepState {
  WAITING = 'WAITING',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  FAILED = 'FAILED',
}
registerEnumType(StepState, { name: 'StepState', description: 'How far a step of a deployment is.' });

@ObjectType({ description: 'A step of a deployment.' })
export class DeploymentStep {
  @Field({ description: '`resolve`, `fetch`, `environment`, `start`, `ready` or `traffic`.' })
  name!: string;

  @Field(() => StepState, { description: 'How far it is.' })
  state!: StepState;

  @Field({ description: 'What came of it, or why it failed.' })
  message!: string;

  @Field(() => Date, { nullable: true, description: 'When it began.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null;

  @Field(() => LongScalar, { nullable: true, description: 'How long it took, in milliseconds; null until it has ended.' })
  durationMs!: bigint | null;
}

@ObjectType({ description: 'What an installer or a model printed, or we did about it.' })
export class LogLine {
  @Field(() => LongScalar, { description: 'Grows with each line; lines of other endpoints lie between.' })
  sequence!: bigint;

  @Field({ description: 'When it was printed.' })
  time!: Date;

  @Field({ description: '`stdout`, `stderr`, or `modelyard`.' })
  stream!: string;

  @Field({ description: 'The line, without what looks like a secret.' })
  text!: string;

  @Field({ description: 'The step it belongs to.' })
  step!: string;
}

export const LogLineConnection = connectionOf(LogLine, 'LogLine');

@ObjectType({ description: 'One immutable model version under an endpoint, with its resources.' })
export class Revision {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => Int, { description: 'Number in its endpoint, from 1.' })
  number!: number;

  @Field({ description: 'Name of the registered model.' })
  modelName!: string;

  @Field({ description: 'Version of the model.' })
  modelVersion!: string;

  @Field({ description: 'When it was deployed.' })
  createdAt!: Date;

  @Field({ description: 'Login name of who deployed it.' })
  createdBy!: string;

  @Field(() => RevisionState, { description: 'How far it is.' })
  state!: RevisionState;

  @Field(() => String, { nullable: true, description: 'Why it is so, for people.' })
  stateReason!: string | null;

  @Field(() => Int, { description: 'Its share of the requests.' })
  trafficPercent!: number;

  @Field(() => Int, { description: 'Processes it should have.' })
  replicas!: number;

  @Field(() => Int, { description: 'Processes that answer.' })
  readyReplicas!: number;

  @Field(() => Int, { description: 'How often processes ended and were started again.' })
  restarts!: number;

  projectName!: string;
  endpoint!: DomainEndpoint;
}

export const RevisionConnection = connectionOf(Revision, 'Revision');

@ObjectType({ description: 'What was deployed, and where.' })
export class DeployModelVersionPayload {
  @Field(() => Endpoint, { description: 'The endpoint.' })
  endpoint!: Endpoint;

  @Field(() => Revision, { description: 'Its new revision, or the one that was this version already.' })
  revision!: Revision;
}

@ObjectType({ description: 'Something changed about an endpoint.' })
export class DeploymentEvent {
  @Field(() => Endpoint, { description: 'The endpoint as it is now.' })
  endpoint!: Endpoint;

  @Field(() => Revision, { nullable: true, description: 'The revision that is wished.' })
  revision!: Revision | null;

  @Field(() => [LogLine], { description: 'Lines of that revision since the last event.' })
  logLines!: readonly LogLine[];
}

import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { Endpoint as DomainEndpoint } from '@modelyard/serving';
import { connectionOf } from '../page-info.graphql-types.js';
import { LongScalar } from '../scalars.js';

export enum EndpointState {
  PENDING = 'PENDING',
  READY = 'READY',
  DEGRADED = 'DEGRADED',
  FAILED = 'FAILED',
  DELETING = 'DELETING',
}
registerEnumType(EndpointState, { name: 'EndpointState', description: 'How an endpoint is. DEGRADED: something is wrong with it, or its last deployment failed while the one before serves.' });

@ObjectType({ description: 'Where endpoints run.' })
export class Target {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Name, unique in the organization.' })
  name!: string;

  @Field({ description: "`local`: processes on the worker's machine. `kubernetes`: a cluster." })
  kind!: string;

  @Field({ description: 'How far models are kept from everything else: `separate-uid`, `user-namespace`, `shared-uid`, or `unknown` until a worker has taken the target.' })
  isolation!: string;

  @Field({ description: 'The same as a sentence.' })
  isolationNote!: string;
}

@ObjectType({ description: 'One aspect of how an endpoint is.' })
export class Condition {
  @Field({ description: '`Ready` or `Progressing`.' })
  type!: string;

  @Field({ description: '`True` or `False`.' })
  status!: string;

  @Field({ description: 'Why, in one word.' })
  reason!: string;

  @Field({ description: 'Why, for people.' })
  message!: string;

  @Field({ description: 'Since when the status is so.' })
  changedAt!: Date;
}

@ObjectType({ description: 'What the routers counted in the last five minutes.' })
export class EndpointStats {
  @Field(() => LongScalar, { description: 'Requests.' })
  requests!: bigint;

  @Field(() => LongScalar, { description: 'Requests that failed because of the server or the model.' })
  errors!: bigint;

  @Field(() => Float, { description: 'Requests per second.' })
  requestsPerSecond!: number;

  @Field(() => Float, { nullable: true, description: 'Latency that half of the requests keep, in milliseconds.' })
  latencyP50Ms!: number | null;

  @Field(() => Float, { nullable: true, description: 'Latency that 95 % of the requests keep, in milliseconds.' })
  latencyP95Ms!: number | null;

  @Field(() => Float, { nullable: true, description: 'Latency that 99 % of the requests keep, in milliseconds.' })
  latencyP99Ms!: number | null;
}

@ObjectType({ description: 'A named, stable URL that serves predictions.' })
export class Endpoint {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Name, unique in the project.' })
  name!: string;

  @Field({ description: 'Where predictions are asked for, with POST.' })
  url!: string;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => EndpointState, { description: 'How it is.' })
  state!: EndpointState;

  @Field(() => String, { nullable: true, description: 'Why it is so, for people.' })
  stateReason!: string | null;

  @Field(() => Int, { description: 'Grows with each wish for a change.' })
  generation!: number;

  @Field(() => Int, { description: 'The last wish that was acted on.' })
  observedGeneration!: number;

  projectName!: string;
  endpoint!: DomainEndpoint;
}

export const EndpointConnection = connectionOf(Endpoint, 'Endpoint');

@InputType({ description: 'A model version to deploy.' })
export class DeployModelVersionInput {
  @Field(() => String, { nullable: true, description: 'Project; default: the one of this request.' })
  project?: string;

  @Field({ description: 'Name of the registered model.' })
  name!: string;

  @Field({ description: 'Its version.' })
  version!: string;

  @Field(() => String, { nullable: true, description: "Endpoint, made when there is none of that name; default: the model's name made safe for URLs." })
  endpoint?: string;

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Processes that answer side by side, 1 to 16.' })
  replicas?: number;
}

@InputType({ description: 'An endpoint to roll back.' })
export class RollBackEndpointInput {
  @Field(() => String, { nullable: true, description: 'Project; default: the one of this request.' })
  project?: string;

  @Field({ description: 'Its name.' })
  endpoint!: string;

  @Field(() => Int, { nullable: true, description: 'Revision that should serve; default: the one that served before.' })
  toRevision?: number;
}

@InputType({ description: 'An endpoint to delete.' })
export class DeleteEndpointInput {
  @Field(() => String, { nullable: true, description: 'Project; default: the one of this request.' })
  project?: string;

  @Field({ description: 'Its name.' })
  endpoint!: string;
}

@ObjectType({ description: 'A changed endpoint.' })
export class EndpointPayload {
  @Field(() => Endpoint, { description: 'The endpoint.' })
  endpoint!: Endpoint;
}

import { Field, Float, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';
import { LongScalar } from '../scalars.js';
import { KeyValue } from './experiment.graphql-types.js';

export enum TraceState {
  UNSPECIFIED = 'STATE_UNSPECIFIED',
  OK = 'OK',
  ERROR = 'ERROR',
  IN_PROGRESS = 'IN_PROGRESS',
}
registerEnumType(TraceState, { name: 'TraceState', description: 'How a trace ended, or that it goes on.' });

@ObjectType({ description: 'What a person, a judge or code said of a trace.' })
export class Assessment {
  @Field({ description: "MLflow's id." })
  assessmentId!: string;

  @Field({ description: 'Name, such as `correctness`.' })
  name!: string;

  @Field({ description: '`feedback`, `expectation` or `issue`.' })
  kind!: string;

  @Field({ description: 'Value, as JSON.' })
  value!: string;

  @Field({ description: '`HUMAN`, `LLM_JUDGE` or `CODE`.' })
  sourceType!: string;

  @Field(() => String, { nullable: true, description: 'Who or what of that kind.' })
  sourceId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  rationale!: string | null;

  @Field({ description: 'False once another one took its place.' })
  valid!: boolean;
}

@ObjectType({ description: 'One request through an application, as MLflow traced it.' })
export class Trace {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: "MLflow's id." })
  traceId!: string;

  @Field({ description: "MLflow's id of its experiment." })
  experimentId!: string;

  @Field(() => String, { nullable: true, description: 'Name of what was traced.' })
  name!: string | null;

  @Field(() => TraceState, { description: 'How it ended, or that it goes on.' })
  state!: TraceState;

  @Field({ description: 'When it began.' })
  startedAt!: Date;

  @Field(() => Float, { nullable: true, description: 'Milliseconds it took; null while it goes on.' })
  durationMs!: number | null;

  @Field(() => String, { nullable: true, description: 'Beginning of what went in.' })
  requestPreview!: string | null;

  @Field(() => String, { nullable: true, description: 'Beginning of what came out.' })
  responsePreview!: string | null;

  @Field(() => [KeyValue], { description: 'Tags, by key.' })
  tags!: readonly KeyValue[];

  @Field(() => [KeyValue], { description: 'Metadata, by key: token usage, session, user and more.' })
  metadata!: readonly KeyValue[];

  @Field(() => [Assessment], { description: 'What was said of it, oldest first.' })
  assessments!: readonly Assessment[];
}

@ObjectType({ description: 'A step of a trace.' })
export class Span {
  @Field({ description: '16 hexadecimal digits.' })
  spanId!: string;

  @Field(() => String, { nullable: true, description: 'The step it is part of; null for the root.' })
  parentSpanId!: string | null;

  @Field({ description: 'Name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Kind of step, such as `CHAT_MODEL`.' })
  type!: string | null;

  @Field({ description: '`STATUS_CODE_OK`, `STATUS_CODE_ERROR` or `STATUS_CODE_UNSET`.' })
  status!: string;

  @Field(() => LongScalar, { description: 'When it began: nanoseconds since 1970.' })
  startTimeNs!: bigint;

  @Field(() => LongScalar, { nullable: true, description: 'When it ended: nanoseconds since 1970; null while it goes on.' })
  endTimeNs!: bigint | null;

  @Field(() => [KeyValue], { description: 'Attributes, by key; values are JSON.' })
  attributes!: readonly KeyValue[];
}

@ObjectType({ description: 'A trace with its steps.' })
export class TraceWithSpans {
  @Field(() => Trace, { description: 'The trace.' })
  trace!: Trace;

  @Field(() => [Span], { description: 'Its steps, roots first, then by start; none if the client keeps them elsewhere.' })
  spans!: readonly Span[];
}

export const TraceConnection = connectionOf(Trace, 'Trace');

import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';

export enum AuditOutcome {
  ALLOWED = 'allowed',
  DENIED = 'denied',
}
registerEnumType(AuditOutcome, { name: 'AuditOutcome', description: 'Was the action let through?' });

@ObjectType({ description: 'Who did what, when, from where. Written in the transaction of the change and chained by hash.' })
export class AuditEvent {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'When it happened.' })
  occurredAt!: Date;

  @Field({ description: 'Login name of who did it.' })
  actorName!: string;

  @Field({ description: '`user`, `service_account` or `system`.' })
  actorKind!: string;

  @Field({ description: 'Verb and noun, e.g. `project.create`.' })
  action!: string;

  @Field({ description: 'Kind of thing it was done to.' })
  resourceType!: string;

  @Field({ description: 'Key of the thing it was done to.' })
  resourceId!: string;

  @Field(() => AuditOutcome, { description: 'Was it let through?' })
  outcome!: AuditOutcome;

  @Field({ description: 'Id of the request, as in the logs.' })
  requestId!: string;

  @Field(() => String, { nullable: true, description: 'Network address of the caller; null for work of the system.' })
  sourceAddress!: string | null;

  @Field({ description: 'What changed, as JSON text; its shape depends on the action.' })
  details!: string;
}

@InputType({ description: 'Which events; all given fields must match.' })
export class AuditFilterInput {
  @Field(() => String, { nullable: true, description: 'Kind of thing.' })
  resourceType?: string;

  @Field(() => String, { nullable: true, description: 'Key of the thing.' })
  resourceId?: string;

  @Field(() => String, { nullable: true, description: 'Login name of who did it.' })
  actorName?: string;

  @Field(() => String, { nullable: true, description: 'Verb and noun.' })
  action?: string;
}

export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent');

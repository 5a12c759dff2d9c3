import { Field, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A host that webhooks of the organization may reach although it is private or speaks http.' })
export class WebhookHost {
  @Field({ description: 'Name or address, with a port if only that one is meant.' })
  host!: string;

  @Field({ description: 'Who allowed it.' })
  createdBy!: string;

  @Field({ description: 'When it was allowed.' })
  createdAt!: Date;
}

@InputType({ description: 'Whether webhooks may reach a host.' })
export class SetWebhookHostInput {
  @Field({ description: 'Name or address, with a port if only that one is meant: `hooks.internal:8443`.' })
  host!: string;

  @Field({ description: 'True allows the host, false takes it away.' })
  allowed!: boolean;
}

@ObjectType({ description: 'The hosts that are allowed now.' })
export class SetWebhookHostPayload {
  @Field(() => [WebhookHost], { description: 'By name.' })
  hosts!: WebhookHost[];
}

import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum AuthMode {
  LOCAL = 'LOCAL',
  REQUIRED = 'REQUIRED',
}

registerEnumType(AuthMode, {
  name: 'AuthMode',
  description: 'Who needs a credential.',
  valuesMap: { LOCAL: { description: 'A request without one is the person at the machine.' }, REQUIRED: { description: 'Every request needs a token or a session.' } },
});

@ObjectType({ description: 'A tenant. Everything below it belongs to it alone.' })
export class Organization {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Short name, as in URLs: `/orgs/<slug>`.' })
  slug!: string;

  @Field({ description: 'Name for people.' })
  name!: string;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field({ description: 'What MLflow clients take as tracking URI.' })
  trackingUri!: string;
}

@ObjectType({ description: 'Who is asking.' })
export class Viewer {
  @Field({ description: 'Login name.' })
  name!: string;

  @Field({ description: '`user`, `service_account` or `system`.' })
  kind!: string;

  @Field(() => [String], { description: 'Permissions in the whole organization.' })
  permissions!: string[];

  @Field(() => Organization, { description: 'The organization of this request.' })
  organization!: Organization;

  @Field({ description: 'The project of this request: from the URL, the token, or the default one.' })
  projectName!: string;

  @Field(() => AuthMode, { description: 'Does this installation ask callers for a credential?' })
  authMode!: AuthMode;
}

@InputType({ description: 'An organization to make.' })
export class CreateOrganizationInput {
  @Field({ description: 'Short name, 2 to 63 lower-case letters, digits and hyphens.' })
  slug!: string;

  @Field(() => String, { nullable: true, description: 'Name for people; the slug if left out.' })
  name?: string;

  @Field(() => String, { nullable: true, description: 'Login name of its owner; the caller if left out.' })
  owner?: string;
}

@ObjectType({ description: 'A new organization, with its first token.' })
export class CreateOrganizationPayload {
  @Field(() => Organization, { description: 'The organization.' })
  organization!: Organization;

  @Field({ description: 'A token of the owner, shown this once.' })
  token!: string;
}

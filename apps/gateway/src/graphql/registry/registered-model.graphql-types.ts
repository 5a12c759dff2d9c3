import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';
import { KeyValue } from '../tracking/experiment.graphql-types.js';
import { ModelVersion } from './model-version.graphql-types.js';

@ObjectType({ description: 'A moving name of a version.' })
export class ModelAlias {
  @Field({ description: 'The alias, e.g. `champion`.' })
  alias!: string;

  @Field({ description: 'Number of the version it names.' })
  version!: string;
}

@ObjectType({ description: 'One move of an alias.' })
export class AliasChange {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'The alias.' })
  alias!: string;

  @Field(() => String, { nullable: true, description: 'Version it named before; null: it was new.' })
  fromVersion!: string | null;

  @Field(() => String, { nullable: true, description: 'Version it names since; null: it was removed.' })
  toVersion!: string | null;

  @Field({ description: 'Who moved it.' })
  changedBy!: string;

  @Field({ description: 'When.' })
  changedAt!: Date;
}

@ObjectType({ description: 'A named model with its versions, as in MLflow.' })
export class RegisteredModel {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Name, unique in the project.' })
  name!: string;

  @Field({ description: 'What it is for.' })
  description!: string;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field({ description: 'When it, or a version of it, last changed.' })
  updatedAt!: Date;

  @Field(() => [KeyValue], { description: 'Tags, by key.' })
  tags!: readonly KeyValue[];

  @Field(() => [ModelAlias], { description: 'Aliases, by name.' })
  aliases!: readonly ModelAlias[];

  @Field(() => ModelVersion, { nullable: true, description: 'The version with the greatest number; null when there is none.' })
  latestVersion!: ModelVersion | null;

  /** Not part of the schema. */
  projectName!: string;
}

@InputType({ description: 'A registered model to act on.' })
export class RegisteredModelInput {
  @Field(() => String, { nullable: true, description: 'Project; the one of the request if left out.' })
  project?: string;

  @Field({ description: 'Name of the model.' })
  name!: string;
}

@InputType({ description: 'A registered model to make or change.' })
export class DescribeRegisteredModelInput extends RegisteredModelInput {
  @Field({ defaultValue: '', description: 'What it is for.' })
  description!: string;
}

@InputType({ description: 'An alias to act on.' })
export class ModelAliasInput extends RegisteredModelInput {
  @Field({ description: 'The alias.' })
  alias!: string;
}

@InputType({ description: 'An alias to set or move.' })
export class SetModelAliasInput extends ModelAliasInput {
  @Field(() => Int, { description: 'Number of the version it shall name.' })
  version!: number;
}

@ObjectType({ description: 'The changed model.' })
export class RegisteredModelPayload {
  @Field(() => RegisteredModel, { description: 'The model.' })
  registeredModel!: RegisteredModel;
}

@ObjectType({ description: 'A deleted model.' })
export class DeleteRegisteredModelPayload {
  @Field({ description: 'Name it had.' })
  deletedName!: string;
}

export const RegisteredModelConnection = connectionOf(RegisteredModel, 'RegisteredModel');
export const AliasChangeConnection = connectionOf(AliasChange, 'AliasChange');

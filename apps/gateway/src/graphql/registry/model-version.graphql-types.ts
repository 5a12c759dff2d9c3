import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';
import { LongScalar } from '../scalars.js';
import { KeyValue } from '../tracking/experiment.graphql-types.js';

@ObjectType({ description: 'One version of a registered model, as in MLflow.' })
export class ModelVersion {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Name of the model.' })
  name!: string;

  @Field({ description: 'Number, never used again.' })
  version!: string;

  @Field({ description: 'What is new in it.' })
  description!: string;

  @Field({ description: 'When it was registered.' })
  createdAt!: Date;

  @Field({ description: 'When it last changed.' })
  updatedAt!: Date;

  @Field({ description: '`READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`.' })
  status!: string;

  @Field({ description: 'Stage, as in older MLflow: `None`, `Staging`, `Production` or `Archived`.' })
  stage!: string;

  @Field({ description: 'Where it was registered from.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'Run that made it.' })
  runId!: string | null;

  @Field(() => String, { nullable: true, description: 'Logged model it was registered from.' })
  loggedModelId!: string | null;

  @Field(() => String, { nullable: true, description: 'Who registered it.' })
  userName!: string | null;

  @Field(() => [KeyValue], { description: 'Tags, by key.' })
  tags!: readonly KeyValue[];

  @Field(() => [String], { description: 'Aliases that name it.' })
  aliases!: readonly string[];

  /** Not part of the schema. */
  projectName!: string;
  storageLocation!: string;
}

@ObjectType({ description: 'What the files of a model say about it.' })
export class ModelContents {
  @Field(() => [String], { description: 'Flavours it can be loaded as.' })
  flavors!: readonly string[];

  @Field(() => String, { nullable: true, description: 'Inputs it takes, as JSON text in MLflow\'s form.' })
  signatureInputs!: string | null;

  @Field(() => String, { nullable: true, description: 'Outputs it gives, as JSON text in MLflow\'s form.' })
  signatureOutputs!: string | null;

  @Field(() => String, { nullable: true, description: 'A body for `/invocations`, as JSON text.' })
  inputExample!: string | null;

  @Field(() => [String], { description: 'Python packages it needs.' })
  requirements!: readonly string[];

  @Field(() => LongScalar, { nullable: true, description: 'Size of its files in bytes, as it says.' })
  sizeBytes!: bigint | null;
}

@InputType({ description: 'A version to register: files of a run, or a logged model.' })
export class RegisterModelVersionInput {
  @Field(() => String, { nullable: true, description: 'Project; the one of the request if left out.' })
  project?: string;

  @Field({ description: 'Name of the model; made if there is none.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Run, with `path`.' })
  runId?: string;

  @Field(() => String, { nullable: true, description: 'Folder below the run\'s artifacts.' })
  path?: string;

  @Field(() => String, { nullable: true, description: 'Logged model, instead of a run.' })
  loggedModelId?: string;
}

@ObjectType({ description: 'The version.' })
export class ModelVersionPayload {
  @Field(() => ModelVersion, { description: 'The version.' })
  modelVersion!: ModelVersion;
}

export const ModelVersionConnection = connectionOf(ModelVersion, 'ModelVersion');

import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../page-info.graphql-types.js';

export enum LifecycleStage {
  ACTIVE = 'active',
  DELETED = 'deleted',
}
registerEnumType(LifecycleStage, { name: 'LifecycleStage', description: 'Active, or deleted and restorable.' });

@ObjectType({ description: 'A key and its value.' })
export class KeyValue {
  @Field({ description: 'Key.' })
  key!: string;

  @Field({ description: 'Value.' })
  value!: string;
}

@ObjectType({ description: 'A group of runs, as in MLflow.' })
export class Experiment {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: "MLflow's id; `0` is the project's Default experiment." })
  experimentId!: string;

  @Field({ description: 'Name, unique in the project.' })
  name!: string;

  @Field({ description: 'Where its artifacts go.' })
  artifactLocation!: string;

  @Field(() => LifecycleStage, { description: 'Active or deleted.' })
  lifecycleStage!: LifecycleStage;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field({ description: 'When it was last changed.' })
  updatedAt!: Date;

  @Field(() => [KeyValue], { description: 'Tags, by key.' })
  tags!: readonly KeyValue[];

  /** The project it was read in; not part of the schema. */
  projectName!: string;
}

@InputType({ description: 'An experiment to make.' })
export class CreateExperimentInput {
  @Field(() => String, { nullable: true, description: 'Project; the one of the request if left out.' })
  project?: string;

  @Field({ description: 'Name, unique in the project.' })
  name!: string;
}

@ObjectType({ description: 'A new experiment.' })
export class CreateExperimentPayload {
  @Field(() => Experiment, { description: 'The experiment.' })
  experiment!: Experiment;
}

export const ExperimentConnection = connectionOf(Experiment, 'Experiment');

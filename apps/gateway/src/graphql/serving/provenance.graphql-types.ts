import { Field, ID, ObjectType } from '@nestjs/graphql';
import { ModelVersion } from '../registry/model-version.graphql-types.js';
import { DatasetInput, Run } from '../tracking/run.graphql-types.js';
import { Endpoint } from './endpoint.graphql-types.js';
import { Revision } from './revision.graphql-types.js';

@ObjectType({ description: 'What made a prediction: from the id in its answer back to data and code.' })
export class Provenance {
  @Field(() => ID, { description: "The id, as in the answer's header Modelyard-Provenance." })
  id!: string;

  @Field({ description: 'When the prediction was made.' })
  predictedAt!: Date;

  @Field(() => Endpoint, { description: 'The endpoint that answered; it may be deleted meanwhile.' })
  endpoint!: Endpoint;

  @Field(() => Revision, { description: 'The revision that answered.' })
  revision!: Revision;

  @Field(() => ModelVersion, { nullable: true, description: 'The model version; null when it was deleted.' })
  modelVersion!: ModelVersion | null;

  @Field(() => Run, { nullable: true, description: 'The run that made the model; null when it named none or was removed.' })
  run!: Run | null;

  @Field(() => [DatasetInput], { description: 'Datasets that the run read.' })
  datasets!: readonly DatasetInput[];

  @Field(() => String, { nullable: true, description: "Commit of the run's code." })
  sourceCommit!: string | null;
}

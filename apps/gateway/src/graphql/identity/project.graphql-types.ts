import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: "A team's space in an organization; MLflow calls it a workspace." })
export class Project {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'Name, unique in the organization, as in URLs.' })
  name!: string;

  @Field({ description: 'What it is for.' })
  description!: string;

  @Field({ description: 'Is it the project of requests that name none?' })
  isDefault!: boolean;

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field({ description: 'What MLflow clients take as tracking URI to work in this project.' })
  trackingUri!: string;
}

@InputType({ description: 'A project to make.' })
export class CreateProjectInput {
  @Field({ description: '2 to 63 lower-case letters, digits and hyphens.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string;
}

@ObjectType({ description: 'A new project.' })
export class CreateProjectPayload {
  @Field(() => Project, { description: 'The project.' })
  project!: Project;
}

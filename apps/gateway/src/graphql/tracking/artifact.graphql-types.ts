import { Field, ObjectType } from '@nestjs/graphql';
import { LongScalar } from '../scalars.js';

@ObjectType({ description: 'A file or folder of a run or model.' })
export class Artifact {
  @Field({ description: 'Path below the root of the run or model.' })
  path!: string;

  @Field({ description: 'Last part of the path.' })
  name!: string;

  @Field({ description: 'Is it a folder?' })
  isDirectory!: boolean;

  @Field(() => LongScalar, { nullable: true, description: 'Size in bytes; null for a folder.' })
  sizeBytes!: bigint | null;

  @Field({ description: 'Where to download it, relative to the tracking URI.' })
  url!: string;
}

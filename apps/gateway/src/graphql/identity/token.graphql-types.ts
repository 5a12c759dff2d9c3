import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A credential of a person or service account. Its text is shown once, when it is made.' })
export class Token {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field({ description: 'What it is for.' })
  name!: string;

  @Field(() => [String], { description: 'Permissions it is narrowed to; empty: all of its owner.' })
  scopes!: readonly string[];

  @Field({ description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it stops working; null: never.' })
  expiresAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Last use, to the minute; null: never used.' })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked; null: it was not.' })
  revokedAt!: Date | null;
}

@InputType({ description: 'A token to make.' })
export class CreateTokenInput {
  @Field({ description: 'What it is for.' })
  name!: string;

  @Field(() => [String], { nullable: true, description: 'Permissions to narrow it to.' })
  scopes?: string[];

  @Field(() => Int, { nullable: true, description: 'Days until it stops working; 90 if left out.' })
  expiresInDays?: number;
}

@ObjectType({ description: 'A new token.' })
export class CreateTokenPayload {
  @Field(() => Token, { description: 'The token.' })
  token!: Token;

  @Field({ description: 'Its text, `my_<id>_<secret>`, shown this once.' })
  text!: string;
}

@InputType({ description: 'A token to end.' })
export class RevokeTokenInput {
  @Field(() => ID, { description: 'Its global id.' })
  id!: string;
}

@ObjectType({ description: 'A revoked token.' })
export class RevokeTokenPayload {
  @Field(() => Token, { description: 'The token.' })
  token!: Token;
}

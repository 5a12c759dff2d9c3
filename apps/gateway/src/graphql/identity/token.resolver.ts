import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AuthenticationService, TokenService, type Token as DomainToken } from '@modelyard/identity';
import { encodeGlobalId, keyOfGlobalId, type TenantContext } from '@modelyard/kernel';
import { Can } from '../../auth/access.decorators.js';
import { Tenant } from '../request-context.js';
import { CreateTokenInput, CreateTokenPayload, RevokeTokenInput, RevokeTokenPayload, Token } from './token.graphql-types.js';

@Resolver(() => Token)
export class TokenResolver {
  constructor(
    private readonly tokens: TokenService,
    private readonly authentication: AuthenticationService,
  ) {}

  @Query(() => [Token], { name: 'tokens', description: "The caller's own tokens, newest first." })
  @Can('token:self')
  async list(@Tenant() ctx: TenantContext): Promise<Token[]> {
    return (await this.tokens.list(ctx)).map((token) => toGraphql(ctx, token));
  }

  @Mutation(() => CreateTokenPayload, { description: 'Makes a token for the caller. It never gives more than its maker has.' })
  @Can('token:self')
  async createToken(@Tenant() ctx: TenantContext, @Args('input') input: CreateTokenInput): Promise<CreateTokenPayload> {
    const { token, text } = await this.tokens.create(ctx, { name: input.name, scopes: input.scopes ?? undefined, expiresInDays: input.expiresInDays ?? undefined });
    return { token: toGraphql(ctx, token), text };
  }

  @Mutation(() => RevokeTokenPayload, { description: 'Ends a token; it stops working within seconds.' })
  @Can('token:self')
  async revokeToken(@Tenant() ctx: TenantContext, @Args('input') input: RevokeTokenInput): Promise<RevokeTokenPayload> {
    const token = await this.tokens.revoke(ctx, keyOfGlobalId(input.id, 'Token', ctx.organizationId));
    this.authentication.forget();
    return { token: toGraphql(ctx, token) };
  }
}

function toGraphql(ctx: TenantContext, token: DomainToken): Token {
  const { name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  return { id: encodeGlobalId('Token', ctx.organizationId, token.id), name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt };
}

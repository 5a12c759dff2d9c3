import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';

/** GraphQL's context value: the tenant context, and the loaders of this one request. */
export class GraphqlRequestContext {
  private readonly loaders = new Map<unknown, unknown>();

  constructor(readonly tenant: TenantContext) {}

  /** The request's one loader of a kind, made on first use and never shared between requests. */
  loader<L>(kind: (ctx: TenantContext) => L): L {
    const existing = this.loaders.get(kind) as L | undefined;
    if (existing !== undefined) return existing;
    const made = kind(this.tenant);
    this.loaders.set(kind, made);
    return made;
  }
}

/** The tenant context, in a resolver. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext) => GqlExecutionContext.create(context).getContext<GraphqlRequestContext>().tenant);

/** The whole GraphQL context, for loaders. */
export const RequestContext = createParamDecorator((_: unknown, context: ExecutionContext) => GqlExecutionContext.create(context).getContext<GraphqlRequestContext>());

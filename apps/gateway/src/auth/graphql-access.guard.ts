import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphqlRequestContext } from '../graphql/request-context.js';
import { ACCESS, type Access } from './access.decorators.js';
import { demandSomewhere } from './request-access.js';

/** Demands what `@Can` on a resolver names. HTTP routes were already looked at in the outermost layer. */
@Injectable()
export class GraphqlAccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() !== 'graphql') return true;
    const access = Reflect.getMetadata(ACCESS, context.getHandler()) as Access | undefined;
    if (access === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} has neither @Can nor @Public`);
    if ('can' in access) demandSomewhere(GqlExecutionContext.create(context).getContext<GraphqlRequestContext>().tenant, access.can);
    return true;
  }
}

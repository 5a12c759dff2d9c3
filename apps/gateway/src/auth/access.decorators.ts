import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Permission } from '@modelyard/kernel';

/** What a handler demands. A handler without one keeps the gateway from starting. */
export type Access = { readonly can: Permission } | { readonly public: string } | { readonly authenticated: string };

export const ACCESS = 'modelyard:access';

/** The caller needs this permission in the organization or one of its projects; the service then looks at the object. */
export const Can = (permission: Permission) => declareAccess({ can: permission });

/** Open to everybody, for the reason given. */
export const Public = (reason: string) => declareAccess({ public: reason });

/** Open to everybody who is authenticated, for the reason given: the handler itself decides what they see. */
export const Authenticated = (reason: string) => declareAccess({ authenticated: reason });

function declareAccess(access: Access): MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, access), RouteConfig({ access }));
}

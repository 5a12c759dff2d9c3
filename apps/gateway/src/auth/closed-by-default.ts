import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { ACCESS } from './access.decorators.js';

// What @nestjs/graphql writes on @Query, @Mutation and @Subscription handlers.
const RESOLVER_TYPE = 'graphql:resolver_type';
const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

/** Throws when a root resolver names no permission: the gateway then refuses to start. Routes are checked in guardRoutes. */
export function refuseUnmarkedResolvers(app: INestApplicationContext): void {
  const discovery = app.get(DiscoveryService, { strict: false });
  const scanner = new MetadataScanner();
  const unmarked: string[] = [];
  for (const { instance } of discovery.getProviders()) {
    if (typeof instance !== 'object' || instance === null) continue;
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype?.[name];
      if (typeof handler !== 'function') continue;
      const type = Reflect.getMetadata(RESOLVER_TYPE, handler) as string | undefined;
      if (type !== undefined && ROOT_TYPES.has(type) && Reflect.getMetadata(ACCESS, handler) === undefined) unmarked.push(`${instance.constructor.name}.${name}`);
    }
  }
  if (unmarked.length > 0) throw new Error(`These resolvers have neither @Can nor @Public: ${unmarked.join(', ')}`);
}

import { randomUUID } from 'node:crypto';
import { originCheck, peerCheck, type Settings } from '@modelyard/config';
import type { AuthenticationService } from '@modelyard/identity';
import { readCredential, type TenantContext } from '@modelyard/kernel';
import type { SocketRequest } from '../graphql/graphql-ws.js';
import { requestedTenant } from './request-access.js';
import { tenantUrlRewriter } from './tenant-prefix.js';

/** Authenticates a subscription: header or cookie of the upgrade, else `connectionParams.authorization`. */
export function socketAuthenticator<T>(authentication: AuthenticationService, settings: Settings, basePath: string, wrap: (ctx: TenantContext) => T) {
  const checkOrigin = originCheck(settings);
  const checkPeer = peerCheck(settings);
  const rewrite = tenantUrlRewriter(basePath);
  return async ({ raw, connectionParams }: SocketRequest): Promise<T> => {
    rewrite(raw);
    const { authorization } = connectionParams;
    const credential = readCredential(typeof authorization === 'string' ? { ...raw.headers, authorization } : raw.headers);
    checkOrigin(raw.headers, credential === null || credential.fromCookie);
    if (credential === null) checkPeer(raw.socket);
    const ctx = await authentication.authenticate({
      token: credential?.token ?? null,
      ...requestedTenant({ raw, headers: raw.headers }),
      requestId: randomUUID(),
      sourceAddress: raw.socket.remoteAddress,
    });
    return wrap(ctx);
  };
}

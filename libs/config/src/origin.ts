import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '@modelyard/kernel';
import { isLoopback, type Settings } from './settings.js';

/**
 * Keeps a web page from reaching the server through the person's browser (DNS rebinding, cross-site requests): the
 * Host must be one of ours, and an Origin, where sent, must be that host. Throws PERMISSION_DENIED.
 */
export function originCheck(settings: Pick<Settings, 'MODELYARD_AUTH' | 'MODELYARD_PUBLIC_URL' | 'MODELYARD_ALLOWED_HOSTS'>) {
  const allowed = new Set(settings.MODELYARD_ALLOWED_HOSTS.map((host) => host.toLowerCase()));
  if (settings.MODELYARD_PUBLIC_URL !== undefined) allowed.add(new URL(settings.MODELYARD_PUBLIC_URL).hostname.toLowerCase());
  const restricted = settings.MODELYARD_AUTH === 'local' || allowed.size > 0;
  return (headers: IncomingHttpHeaders, usesCookieOrNothing: boolean): void => {
    const host = hostName(headers.host ?? '');
    if (restricted && !isLoopback(host) && !allowed.has(host)) {
      throw new DomainError('PERMISSION_DENIED', `The host name '${host.slice(0, 100)}' is not allowed. Add it to MODELYARD_ALLOWED_HOSTS if it is yours.`);
    }
    const origin = headers.origin;
    if (!usesCookieOrNothing || origin === undefined) return;
    if (origin === 'null' || !URL.canParse(origin) || !isSameSite(new URL(origin), headers.host ?? '', allowed)) {
      throw new DomainError('PERMISSION_DENIED', 'This request comes from another web site, which may not act for you.');
    }
  };
}

function isSameSite(origin: URL, host: string, allowed: ReadonlySet<string>): boolean {
  return origin.host.toLowerCase() === host.toLowerCase() || allowed.has(origin.hostname.toLowerCase());
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from './domain-error.js';

export const SESSION_COOKIE = 'modelyard_session';

const MAX_CREDENTIAL_LENGTH = 4096;

/**
 * The token a request carries: Bearer, the password of HTTP Basic with any user name (what MLflow clients send, RFC
 * 7617), or the browser's session cookie. Null when nothing was sent. Throws UNAUTHENTICATED for another scheme: a
 * credential that is sent and wrong never counts as none.
 */
export function readCredential(headers: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>): { token: string; fromCookie: boolean } | null {
  const header = headers.authorization;
  if (header !== undefined && header !== '') return { token: readAuthorization(header), fromCookie: false };
  const cookie = readCookie(headers.cookie ?? '', SESSION_COOKIE);
  return cookie === null ? null : { token: cookie, fromCookie: true };
}

function readAuthorization(header: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header.slice(0, MAX_CREDENTIAL_LENGTH)) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString('utf8');
      return pair.slice(pair.indexOf(':') + 1);
    }
    default:
      throw new DomainError('UNAUTHENTICATED', 'You are not authenticated. Send a Modelyard token as Bearer token, or as the password of HTTP Basic.');
  }
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.slice(0, MAX_CREDENTIAL_LENGTH).split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '') return value;
  }
  return null;
}

import { createHash, timingSafeEqual } from 'node:crypto';

const TOKEN = /^my_([0-9a-z]{16})_([0-9a-z]{52})$/;

/** A token in two parts: what names it, and what proves it. */
export interface ParsedToken {
  readonly id: string;
  readonly secret: string;
}

/** Null for anything that is not shaped like a token. */
export function parseToken(text: string): ParsedToken | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In constant time. */
export function secretMatches(secret: string, sha256: Uint8Array): boolean {
  return sha256.length === 32 && timingSafeEqual(hashSecret(secret), sha256);
}

import type { z } from 'zod';
import { DomainError } from './domain-error.js';
import { parseJson, stringifyJson } from './json.js';

/** One page of a keyset-paged list. `nextCursor` is null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const MAX_CURSOR_LENGTH = 4096;

/** An opaque page token: base64url of JSON. bigint fields stay exact. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(stringifyJson(position)).toString('base64url');
}

/** Reads a page token back. Throws INVALID_ARGUMENT for a damaged or foreign one. */
export function decodeCursor<S extends z.ZodType>(cursor: string, schema: S): z.output<S> {
  try {
    if (cursor.length > MAX_CURSOR_LENGTH) throw new Error('too long');
    return schema.parse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'Invalid page token. Pass the token exactly as the page before returned it, with the same filter and order.',
      { field: 'pageToken' },
      { cause },
    );
  }
}

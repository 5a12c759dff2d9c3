import { randomBytes } from 'node:crypto';
import type { ParsedToken } from '@modelyard/kernel';

// Crockford's alphabet without padding: copies and pastes as one word, and no secret scanner trips over symbols.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new token: 80-bit public id, 256-bit secret. The text is shown once; only the SHA-256 of the secret is kept. */
export function newToken(): ParsedToken & { readonly text: string } {
  const id = encode(randomBytes(10));
  const secret = encode(randomBytes(32));
  return { id, secret, text: `my_${id}_${secret}` };
}

function encode(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = Math.ceil((bytes.length * 8) / 5);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = (ALPHABET[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

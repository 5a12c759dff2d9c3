import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const SEALED_KEY_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/**
 * Envelope encryption of secrets at rest (AES-256-GCM): each secret has a key of its own, which is sealed under a master
 * key. Sealing uses the first master key; the others only open what was sealed before it, so that the key can be changed.
 * A sealed secret opens only with the context it was sealed for: it cannot be moved to another row.
 */
export class SecretBox {
  private readonly keys: readonly { readonly id: Buffer; readonly key: Buffer }[];

  /** Texts of master keys, the newest first; of any length, with 256 bits of chance each. */
  constructor(masterKeys: readonly string[]) {
    this.keys = masterKeys.map((text) => {
      const key = createHash('sha256').update('modelyard master key\0').update(text).digest();
      return { key, id: createHash('sha256').update('id\0').update(key).digest().subarray(0, KEY_ID_BYTES) };
    });
    if (this.keys.length === 0) throw new Error('the file of the master key is empty');
  }

  seal(secret: string, context: string): Buffer {
    const [master] = this.keys;
    if (master === undefined) throw new Error('there is no master key');
    const key = randomBytes(KEY_BYTES);
    return Buffer.concat([Buffer.of(VERSION), master.id, encrypt(master.key, key, context), encrypt(key, Buffer.from(secret), context)]);
  }

  /** Throws when the secret was sealed under an unknown master key or for another context, or was changed. */
  open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed);
    const master = this.keys.find(({ id }) => id.equals(bytes.subarray(1, HEADER_BYTES)));
    if (bytes[0] !== VERSION || master === undefined) throw new Error('the secret was sealed under another master key: add that key to the file again');
    const key = decrypt(master.key, bytes.subarray(HEADER_BYTES, HEADER_BYTES + SEALED_KEY_BYTES), context);
    return decrypt(key, bytes.subarray(HEADER_BYTES + SEALED_KEY_BYTES), context).toString();
  }
}

function encrypt(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from './settings.js';

/**
 * The text of a secret file, made with mode 0600 on first use. Several processes may start at once: all get the text of
 * the one that was first.
 */
export function readOrMakeSecret(file: string, make: () => string = () => randomBytes(32).toString('hex')): string {
  const existing = read(file);
  if (existing !== null) return existing;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, make(), { mode: 0o600 });
  try {
    // A link, unlike a rename, does not replace what another process made meanwhile.
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return read(file) ?? '';
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The credential that the gateway and its routers share. */
export function routerCredential(settings: Settings): string {
  return readOrMakeSecret(settings.MODELYARD_ROUTER_TOKEN_FILE ?? path.join(settings.MODELYARD_DATA_DIR, 'secrets/router-token'));
}

/** The master keys of stored secrets, the newest first. */
export function masterKeys(settings: Settings): string[] {
  const text = readOrMakeSecret(settings.MODELYARD_MASTER_KEY_FILE ?? path.join(settings.MODELYARD_DATA_DIR, 'secrets/master-key'));
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The key of provenance ids. */
export function provenanceKey(settings: Settings): Buffer {
  return Buffer.from(readOrMakeSecret(settings.MODELYARD_PROVENANCE_KEY_FILE ?? path.join(settings.MODELYARD_DATA_DIR, 'secrets/provenance-key')));
}

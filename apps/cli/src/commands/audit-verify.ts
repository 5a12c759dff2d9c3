import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AuditVerifier } from '@modelyard/audit';
import { parseSettings } from '@modelyard/config';
import { withDatabase } from './reach-database.js';
import { UsageError } from './usage.js';

/** Reads the database itself: the check must not depend on the server that wrote the log. */
export async function verifyAudit(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { org: { type: 'string' } } });
  const settings = parseSettings(process.env);
  const keyFile = path.join(settings.MODELYARD_DATA_DIR, 'secrets', 'audit-ed25519.pem');
  if (!existsSync(keyFile)) throw new UsageError(`There is no audit key at ${keyFile}. Set MODELYARD_DATA_DIR to the worker's data folder.`);
  const publicKey = createPublicKey(readFileSync(keyFile, 'utf8'));
  return withDatabase(settings, async (db) => {
    const organizations = await db.system('verify the audit log', (tx) => tx.query<{ id: number; slug: string }>({ text: 'SELECT id, slug FROM organizations WHERE $1::text IS NULL OR slug = $1 ORDER BY id', values: [values.org ?? null] }));
    if (organizations.length === 0) throw new UsageError(`There is no organization '${values.org ?? ''}'.`);
    let faults = 0;
    for (const { id, slug } of organizations) {
      const { valid, sealedEvents, unsealedEvents, checkpoints, fault } = await new AuditVerifier(db).verify(id, publicKey);
      if (!valid) faults += 1;
      console.log(`${valid ? 'ok   ' : 'FAULT'} ${slug}: ${sealedEvents} events sealed, ${checkpoints} signed checkpoints, ${unsealedEvents} not sealed yet${fault === undefined ? '' : `\n      ${fault}`}`);
    }
    return faults === 0 ? 0 : 1;
  });
}

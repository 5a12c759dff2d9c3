import { demo } from '../demo/demo.js';
import { up } from '../up/up.js';
import { verifyAudit } from './audit-verify.js';
import { importMlflow } from './import-mlflow.js';
import { migrateDatabase } from './migrate.js';
import { createOrganization } from './org-create.js';
import { createToken } from './token-create.js';
import type { Command } from './usage.js';

export const COMMANDS: readonly Command[] = [
  { name: 'up', usage: '', summary: 'Start everything on this machine (what `npm start` does).', run: up },
  { name: 'demo', usage: '', summary: 'Train, register, deploy and score a small model, end to end.', run: demo },
  { name: 'migrate', usage: '', summary: 'Bring the database of DATABASE_URL to this release.', run: migrateDatabase },
  { name: 'org create', usage: 'NAME [--owner LOGIN]', summary: 'Make an organization; prints its tracking URI and a token.', run: createOrganization },
  { name: 'token create', usage: 'NAME [--org NAME] [--days N]', summary: 'Make a token for yourself.', run: createToken },
  { name: 'import mlflow', usage: '--from URL|FILE [options]', summary: 'Copy an MLflow 3.17 store into a project; docs/import-mlflow.md.', run: importMlflow },
  { name: 'audit verify', usage: '[--org NAME]', summary: 'Check the audit log against its hash chain and signatures.', run: verifyAudit },
];

// After an install: makes `npx modelyard` find the command of this checkout.
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const bin = path.join(root, 'node_modules/.bin');
if (existsSync(bin)) {
  const link = path.join(bin, 'modelyard');
  rmSync(link, { force: true });
  symlinkSync('../../tools/modelyard.mjs', link);
  chmodSync(path.join(root, 'tools/modelyard.mjs'), 0o755);
}

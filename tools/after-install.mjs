// After `npm ci`, by hand or by the tools: makes `npx modelyard` find the command of this checkout, and notes what is installed.
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { noteInstalled, root } from './runtime.mjs';

const bin = path.join(root, 'node_modules/.bin');
if (existsSync(bin)) {
  const link = path.join(bin, 'modelyard');
  rmSync(link, { force: true });
  symlinkSync('../../tools/modelyard.mjs', link);
  chmodSync(path.join(root, 'tools/modelyard.mjs'), 0o755);
  if (!process.env.npm_config_omit) noteInstalled();
}

#!/usr/bin/env node
// `npm run demo`, `npm run bench -- tracking`: installs what is missing, builds what changed, runs the target.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, ensureNode, root } from './runtime.mjs';

const TARGETS = {
  demo: ['dist/apps/cli/main.js', 'demo'],
  bench: ['tools/bench/main.mjs'],
};

const [name = '', ...words] = process.argv.slice(2);
const target = TARGETS[name];
if (target === undefined) {
  console.error(`Usage: node tools/run.mjs ${Object.keys(TARGETS).join(' | ')}`);
  process.exit(2);
}

try {
  await ensureInstalled();
  const node = await ensureNode();
  await build();
  const [entry, ...args] = target;
  const child = spawn(node, ['--enable-source-maps', path.join(root, entry), ...args, ...words], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child cleans up, so this process only waits for it.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

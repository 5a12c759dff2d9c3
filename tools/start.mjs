#!/usr/bin/env node
// `npm start`: installs what is missing, builds what changed, runs `modelyard up`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, ensureNode, root } from './runtime.mjs';

try {
  await ensureInstalled();
  const node = await ensureNode();
  await build();
  const child = spawn(node, ['--enable-source-maps', path.join(root, 'dist/apps/cli/main.js'), 'up'], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child stops everything in order, so this process only waits for it.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

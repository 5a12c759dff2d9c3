#!/usr/bin/env node
// The `modelyard` command of a checkout (`npx modelyard ...`).
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, ensureNode, root } from './runtime.mjs';

await ensureInstalled();
const node = await ensureNode();
await build();
const child = spawn(node, ['--enable-source-maps', path.join(root, 'dist/apps/cli/main.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));

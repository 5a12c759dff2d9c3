#!/usr/bin/env node
// Runs a locally installed command with a Node that is new enough: `node tools/with-node.mjs jest ...`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureNode, root } from './runtime.mjs';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: node tools/with-node.mjs <command> [arguments]');
  process.exit(2);
}

const node = await ensureNode();
const bin = path.join(root, 'node_modules', '.bin', command);
const flags = command === 'jest' ? ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] : [];
const target = existsSync(bin) ? bin : path.resolve(command);
const child = spawn(node, [...flags, target, ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

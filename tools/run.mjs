#!/usr/bin/env node
// `npm run demo`, `npm run bench -- tracking`: installs what is missing, builds what changed, runs the target.
import { runBuilt } from './run-built.mjs';

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
const [entry, ...args] = target;
await runBuilt(entry, [...args, ...words]);

#!/usr/bin/env node
// Lints everything. The boundary rule needs Nx's project graph and would only warn without it, so the graph is made
// first and a skipped rule counts as a failure.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureNode, root } from './runtime.mjs';

const node = await ensureNode();
const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', CI: 'true', PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
const run = (bin, args) => spawnSync(node, [path.join(root, bin), ...args], { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 });

const graph = run('node_modules/nx/dist/bin/nx.js', ['graph', '--file=.nx/graph.json']);
if (graph.status !== 0) {
  console.error(graph.stdout, graph.stderr);
  process.exit(1);
}
const lint = run('node_modules/eslint/bin/eslint.js', process.argv.length > 2 ? process.argv.slice(2) : ['.']);
process.stdout.write(lint.stdout);
process.stderr.write(lint.stderr);
if (/rule will be skipped/.test(lint.stdout + lint.stderr)) {
  console.error('The module boundary rule was skipped: the project graph is missing.');
  process.exit(1);
}
process.exit(lint.status ?? 1);

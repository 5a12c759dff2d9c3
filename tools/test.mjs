#!/usr/bin/env node
// `npm test`: everything that needs neither root nor services of the machine. `--suite machine` runs the suites that
// need Python, a browser or root (see .ci/run); `--project <folder>` narrows to one project.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureInstalled, ensureNode, root } from './runtime.mjs';

const { values } = parseArgs({ options: { suite: { type: 'string', default: 'plain' }, project: { type: 'string' } } });

await ensureInstalled();
const node = await ensureNode();
await build();

const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };
const totals = { passed: 0, failed: 0, skipped: 0 };

/** A check that is one command: it counts as one test. */
function check(title, args) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(node, args, { cwd: root, env, stdio: 'inherit' });
  totals[status === 0 ? 'passed' : 'failed'] += 1;
}

/** Runs jest and adds its counts. A suite that cannot even load counts as one failure. */
function jest(title, projects, patterns) {
  console.log(`\n== ${title}`);
  const report = path.join(root, 'test-results', `${title.replaceAll(/\W+/g, '-')}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', path.join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', ...projects, '--json', `--outputFile=${report}`, '--forceExit', '--passWithNoTests', ...patterns.flatMap((pattern) => ['--testPathPatterns', pattern])];
  const { status } = spawnSync(node, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    if (status !== 0 && result.numFailedTests + result.numRuntimeErrorTestSuites === 0) totals.failed += 1;
  } catch {
    totals.failed += 1;
  }
}

if (values.project !== undefined) {
  jest(values.project, ['spec', 'int'], [values.project]);
} else if (values.suite === 'plain') {
  check('lint', ['tools/lint.mjs']);
  check('types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);
  check('types of the dashboard', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'apps/dashboard/tsconfig.json']);
  jest('spec', ['spec'], []);
  jest('integration', ['int'], []);
  jest('end to end', ['e2e'], ['apps/e2e/src/plain/']);
} else {
  jest('machine', ['e2e'], ['apps/e2e/src/(?!plain/)', 'apps/e2e/mlflow-replay/']);
}

console.log(`\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

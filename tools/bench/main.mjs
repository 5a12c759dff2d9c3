// `npm run bench -- tracking [--quick] [--dry-run]`
import { parseArgs } from 'node:util';
import { tracking } from './tracking.mjs';

const BENCHMARKS = { tracking };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, 'dry-run': { type: 'boolean', default: false } } });
const benchmark = BENCHMARKS[positionals[0]];
if (benchmark === undefined || positionals.length !== 1) {
  console.error(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join(' | ')} [--quick] [--dry-run]\n  --quick    under three minutes\n  --dry-run  prints the report instead of writing it to docs/benchmarks.md`);
  process.exit(2);
}
if (process.platform !== 'linux') {
  console.error('The benchmark reads memory and CPU from /proc: run it on Linux.');
  process.exit(1);
}
try {
  await benchmark({ quick: values.quick, dryRun: values['dry-run'] });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

// Brings the checkout up to date, then becomes the given program.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, ensureNode, root } from './runtime.mjs';

/** Installs what is missing, builds what changed, runs `entry` (a path from the root) and ends with its exit code. */
export async function runBuilt(entry, args) {
  try {
    await ensureInstalled();
    const node = await ensureNode();
    await build();
    const child = spawn(node, ['--enable-source-maps', path.join(root, entry), ...args], { stdio: 'inherit' });
    // The child stops everything in order, and once: a terminal sends Ctrl-C to both, a supervisor to this process alone.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

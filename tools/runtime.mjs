// Finds or brings a Node new enough for the product, and installs dependencies. No dependencies of its own: it runs on
// the system's Node 20 before anything is installed.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');

/** Node 20 lacks what @kubernetes/client-node and exact 64-bit JSON need. */
const MINIMUM = [22, 19];
const PACKAGED_NODE = '24.21.0';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function newEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** Path of a Node >= 22.19: this one, or the packaged Node 24 (installed once into .cache/node). */
export async function ensureNode() {
  if (newEnough(process.version)) return process.execPath;
  const home = path.join(root, '.cache', 'node', PACKAGED_NODE);
  const binary = path.join(home, 'node_modules', 'node', 'bin', 'node');
  if (isWorkingNode(binary)) return binary;
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'package.json'), '{"private":true}\n');
  await step(`Node ${process.version} is older than ${MINIMUM.join('.')}: fetching Node ${PACKAGED_NODE}`, npm, [
    'install', '--prefix', home, '--no-audit', '--no-fund', '--no-save', '--loglevel=error', `node@${PACKAGED_NODE}`,
  ]);
  if (!isWorkingNode(binary)) throw new Error(`The packaged Node ${PACKAGED_NODE} does not start (${binary}). Install Node 22.19 or newer and try again.`);
  return binary;
}

function isWorkingNode(binary) {
  if (!existsSync(binary)) return false;
  try {
    return newEnough(execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}

const installedStamp = path.join(root, 'node_modules', '.modelyard-lock');

function lockDigest() {
  return createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
}

/** Remembers which lock file is installed. Called after each whole install. */
export function noteInstalled() {
  writeFileSync(installedStamp, lockDigest());
}

/** Runs `npm ci` when the lock file changed since the last install. */
export async function ensureInstalled() {
  if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === lockDigest()) return;
  // npm before 11 knows no `allowScripts`: there onnxruntime-node's script would fetch GPU libraries, and fail without them.
  await step('Installing dependencies (a few minutes, once)', npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  });
  noteInstalled();
}

/** Runs a command with a line of progress; its output is shown only when it fails. */
export async function step(title, command, args, env = {}) {
  const started = Date.now();
  const tty = process.stderr.isTTY;
  const line = () => `${title} … ${Math.round((Date.now() - started) / 1000)} s`;
  process.stderr.write(tty ? title : `${title} …\n`);
  const ticker = setInterval(() => process.stderr.write(tty ? `\r${line()}` : `${line()}\n`), tty ? 1000 : 30_000);
  const output = [];
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('error', (error) => { output.push(Buffer.from(String(error))); resolve(1); });
    child.on('exit', (exit) => resolve(exit ?? 1));
  });
  clearInterval(ticker);
  process.stderr.write(tty ? `\r${line()} ${code === 0 ? '✓' : '✗'}\n` : '');
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output));
    throw new Error(`${title}: failed (exit ${code}). The output above says why.`);
  }
}

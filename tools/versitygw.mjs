#!/usr/bin/env node
// Finds or builds versitygw, the real S3 server that the tests of libs/storage run against, and prints its path.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = 'v1.7.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, '.cache', 'bin', `versitygw-${VERSION}`);
const binary = path.join(folder, 'versitygw');

/** Path of the binary, built with Go on first use (about a minute); undefined on a machine without Go. */
export function ensureVersitygw() {
  if (existsSync(binary)) return binary;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) return undefined;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`Building versitygw ${VERSION}, once …\n`);
  execFileSync('go', ['install', MODULE], { env: { ...process.env, GOBIN: folder }, stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = ensureVersitygw();
  if (found === undefined) {
    console.error(`versitygw ${VERSION} is not there and Go is not installed to build it. Install Go and run this again.`);
    process.exit(1);
  }
  console.log(found);
}

#!/usr/bin/env node
// Builds what changed: Prisma's client, every lib and app (swc, one file to one file), the dashboard (Vite).
// Libs land in dist/node_modules/@modelyard/<lib>, so the apps' imports resolve by Node's own rules.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ensureNode, root, step } from './runtime.mjs';

const OPTIONS = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: true,
};

/** Builds everything that changed since the last time. Quick (milliseconds) when nothing did. */
export async function build() {
  await generatePrisma();
  for (const [kind, name] of projects()) await compile(kind, name);
  await buildDashboard();
}

export function projects() {
  return ['libs', 'apps'].flatMap((kind) =>
    readdirSync(path.join(root, kind)).filter((name) => existsSync(path.join(root, kind, name, 'project.json')) && name !== 'dashboard').map((name) => [kind, name]),
  );
}

/** Compiles one lib or app; files whose time is unchanged are left alone, outputs without a source are removed. */
export async function compile(kind, name) {
  const source = path.join(root, kind, name, 'src');
  const target = kind === 'libs' ? path.join(root, 'dist/node_modules/@modelyard', name) : path.join(root, 'dist/apps', name);
  const files = walk(source).filter((file) => file.endsWith('.ts') && !/\.(spec|int-spec|e2e-spec)\.ts$/.test(file));
  const expected = new Set(files.map((file) => file.replace(/\.ts$/, '.js')));
  mkdirSync(target, { recursive: true });
  let swc;
  for (const file of files) {
    const from = path.join(source, file);
    const to = path.join(target, file.replace(/\.ts$/, '.js'));
    if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) continue;
    swc ??= (await import('@swc/core')).default;
    const { code, map } = await swc.transformFile(from, { ...OPTIONS, filename: from, sourceFileName: path.relative(path.dirname(to), from), swcrc: false });
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(`${to}.map`, map);
    writeFileSync(to, `${code}//# sourceMappingURL=${path.basename(to)}.map\n`);
  }
  for (const file of walk(target)) {
    if (file.endsWith('.js') && !expected.has(file)) rmSync(path.join(target, file));
  }
  const manifest = kind === 'libs' ? { type: 'module', exports: { '.': './index.js', './testing': './testing.js' } } : { type: 'module' };
  writeFileSync(path.join(target, 'package.json'), JSON.stringify(manifest));
}

async function generatePrisma() {
  const schema = path.join(root, 'prisma/schema.prisma');
  const output = path.join(root, 'libs/db/src/generated');
  await whenChanged('prisma', [schema], output, async () => {
    const node = await ensureNode();
    // The generator needs no engine; the variable keeps the CLI from fetching one.
    await step('Generating the database client', node, [path.join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
      PRISMA_SCHEMA_ENGINE_BINARY: process.platform === 'win32' ? process.execPath : '/bin/true',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    });
  });
}

async function buildDashboard() {
  const app = path.join(root, 'apps/dashboard');
  if (!existsSync(path.join(app, 'index.html'))) return;
  const inputs = [...walk(app).map((file) => path.join(app, file)), path.join(root, 'package-lock.json')];
  await whenChanged('dashboard', inputs, path.join(root, 'dist/dashboard/index.html'), async () => {
    const node = await ensureNode();
    await step('Building the dashboard', node, [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', app, '--logLevel', 'warn']);
  });
}

async function whenChanged(name, inputs, output, work) {
  const stamp = path.join(root, 'dist/.stamps', name);
  const hash = createHash('sha256');
  for (const file of inputs.sort()) hash.update(file).update(readFileSync(file));
  const digest = hash.digest('hex');
  if (existsSync(stamp) && existsSync(output) && readFileSync(stamp, 'utf8') === digest) return;
  await work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function walk(directory, prefix = '') {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(prefix, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(path.join(directory, entry.name), name);
    return [name];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensureInstalled();
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

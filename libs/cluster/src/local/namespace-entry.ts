/**
 * First program inside a model's namespaces: covers the hidden folders with empty ones, puts the kept paths back, and
 * becomes the model's command. A program of its own because mounts must happen between `unshare` and the model.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Plan {
  readonly mount: string;
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly argv: readonly [string, ...string[]];
}

const STAGE = '/mnt';

function enter({ mount, hidden, kept, argv }: Plan): void {
  const run = (...args: string[]) => execFileSync(mount, args, { env: {}, stdio: ['ignore', 'ignore', 'inherit'] });
  const real = kept.map((target) => realpathSync(target));
  run('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', STAGE);
  real.forEach((target, index) => {
    makeLike(target, stage(index));
    run('--rbind', target, stage(index));
  });
  for (const folder of hidden) run('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', realpathSync(folder));
  real.forEach((target, index) => {
    makeLike(stage(index), target);
    run('--rbind', stage(index), target);
  });
  run('-t', 'tmpfs', 'tmpfs', STAGE);
  const cwd = process.cwd();
  process.chdir('/');
  // The old working directory is the one under the cover.
  process.chdir(cwd);
  become(argv);
}

function stage(index: number): string {
  return path.join(STAGE, String(index));
}

/** Makes an empty file or folder to mount on. What exists stays as it is. */
function makeLike(original: string, target: string): void {
  if (statSync(target, { throwIfNoEntry: false }) !== undefined) return;
  if (statSync(original).isDirectory()) {
    mkdirSync(target, { recursive: true });
    return;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, '');
}

function become([command, ...args]: readonly [string, ...string[]]): never {
  const { execve } = process as unknown as { execve(file: string, argv: string[], env: NodeJS.ProcessEnv): never };
  return execve.call(process, command, [command, ...args], process.env);
}

enter(JSON.parse(process.argv[2] ?? '') as Plan);

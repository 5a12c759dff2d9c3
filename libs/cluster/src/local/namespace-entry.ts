/**
 * First program inside a model's namespaces: covers the hidden folders with empty ones, puts back the paths that stay,
 * makes the rest of the file system read-only, and becomes the model's command. A program of its own because mounts must
 * happen between `unshare` and the model.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Plan {
  readonly mount: string;
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly writable: readonly string[];
  readonly argv: readonly [string, ...string[]];
}

const STAGE = '/mnt';
/** File systems of the kernel's own, which ask for its permission anyway. */
const KERNEL_FOLDERS = ['/proc', '/sys', '/dev'];

function enter(plan: Plan): void {
  const mount = (...args: string[]) => execFileSync(plan.mount, args, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  const hidden = plan.hidden.map((folder) => realpathSync(folder));
  const writable = plan.writable.map((folder) => realpathSync(folder));
  // What may be written comes last: it may lie inside of what may only be read.
  const stays = [...plan.kept.map((target) => realpathSync(target)), ...writable];
  mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', STAGE);
  stays.forEach((target, index) => {
    makeLike(target, stage(index));
    mount('--rbind', target, stage(index));
  });
  for (const folder of hidden) mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', folder);
  stays.forEach((target, index) => {
    makeLike(stage(index), target);
    mount('--rbind', stage(index), target);
  });
  mount('-t', 'tmpfs', 'tmpfs', STAGE);
  makeReadOnly(mount, [...hidden, ...writable, STAGE]);
  const cwd = process.cwd();
  process.chdir('/');
  // The old working directory is the one under the cover.
  process.chdir(cwd);
  become(plan.argv);
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

/** Every mount but those named, with its other flags as they are: a namespace may not take them off. */
function makeReadOnly(mount: (...args: string[]) => unknown, except: readonly string[]): void {
  for (const { point, flags } of readMounts()) {
    if (except.includes(point) || KERNEL_FOLDERS.some((folder) => point === folder || point.startsWith(`${folder}/`))) continue;
    try {
      mount('-o', ['remount', 'bind', 'ro', ...flags].join(','), point);
    } catch (error) {
      // One that lies under a cover cannot be reached, by the model neither.
      if (statSync(point, { throwIfNoEntry: false }) !== undefined) throw error;
    }
  }
}

/** Mount points and their flags other than `rw` and `ro`: proc(5), /proc/pid/mountinfo. */
function readMounts(): { point: string; flags: string[] }[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, , , , point = '', flags = '']) => ({ point: point.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8))), flags: flags.split(',').filter((flag) => flag !== 'rw' && flag !== 'ro') }));
}

function become([command, ...args]: readonly [string, ...string[]]): never {
  const { execve } = process as unknown as { execve(file: string, argv: string[], env: NodeJS.ProcessEnv): never };
  return execve.call(process, command, [command, ...args], process.env);
}

enter(JSON.parse(process.argv[2] ?? '') as Plan);

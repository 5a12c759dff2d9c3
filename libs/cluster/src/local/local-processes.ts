import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '@modelyard/kernel';
import { endOf, type ChildEnd } from './child-end.js';
import type { Isolation } from './isolation.js';
import { LocalProcess } from './local-process.js';
import { forEachLine } from './log-lines.js';
import { MARK, membersOf, ProcessRecords, signalAll, type ProcessRecord } from './process-record.js';
import { readBootId, readProcess } from './process-table.js';
import { demandReachable } from './reachable.js';
import { sandboxed, type ProcessIdentity, type ProcessLimits } from './sandbox.js';

export interface ProcessSpec {
  /** Names the process among ours, its folder and its record: `[a-z0-9-]`, 1 to 100. */
  readonly key: string;
  /** Absolute path of a program. */
  readonly command: string;
  readonly args: readonly string[];
  /** All of the environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Needed where isolation is `separate-uid`, else not used. */
  readonly identity: ProcessIdentity | null;
  readonly limits: ProcessLimits;
  /** Files and folders it must be able to read: the model, its environment, the runtime. */
  readonly reads: readonly string[];
  /** Folders beside its own that it may change. */
  readonly writes?: readonly string[];
  readonly onLog: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface LocalProcessesOptions {
  /** Folder for pid records and the processes' own folders. Other users must be able to enter the folders above it. */
  readonly root: string;
  readonly isolation: Isolation;
  /** What namespaces hide: the data folder, home folders. */
  readonly hidden: readonly string[];
}

/** Folders that everybody may write to: namespaces have empty ones of their own. */
const SCRATCH = ['/tmp', '/var/tmp', '/dev/shm'].filter((folder) => existsSync(folder));
const KEY = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** The processes of one worker on this machine: started sandboxed, supervised, found again after a crash of the worker. */
export class LocalProcesses {
  private readonly running = new Map<string, LocalProcess>();
  private readonly starting = new Set<string>();

  private constructor(
    private readonly options: LocalProcessesOptions,
    private readonly records: ProcessRecords,
    private readonly bootId: string,
  ) {}

  /** Makes the folders, and kills what a former life of this worker left running. */
  static async open(options: LocalProcessesOptions): Promise<LocalProcesses> {
    const folders = { records: path.join(options.root, 'processes'), work: path.join(options.root, 'work') };
    for (const folder of [options.root, folders.work]) await makeFolder(folder, 0o711);
    await makeFolder(folders.records, 0o700);
    const processes = new LocalProcesses(options, new ProcessRecords(folders.records), await readBootId());
    await processes.killOrphans();
    return processes;
  }

  describeIsolation(): { level: Isolation['level']; sentence: string } {
    const { level, sentence } = this.options.isolation;
    return { level, sentence };
  }

  get isolation(): Isolation {
    return this.options.isolation;
  }

  list(): LocalProcess[] {
    return [...this.running.values()];
  }

  /** The folder that belongs to a process, its working directory and HOME; emptied when it starts. */
  folderOf(key: string): string {
    return path.join(this.options.root, 'work', key);
  }

  /** Starts a process. Throws CONFLICT when one of that key runs, FAILED_PRECONDITION when its user cannot read what it needs. */
  async start(spec: ProcessSpec): Promise<LocalProcess> {
    if (!KEY.test(spec.key)) throw new DomainError('INVALID_ARGUMENT', 'A process key has 1 to 100 lower-case letters, digits and hyphens.');
    if (this.running.has(spec.key) || this.starting.has(spec.key)) throw new DomainError('CONFLICT', `The process '${spec.key}' is running already.`);
    this.starting.add(spec.key);
    try {
      return await this.launch(spec);
    } finally {
      this.starting.delete(spec.key);
    }
  }

  /** Stops all, each with the same grace in milliseconds. */
  async stopAll(graceMs: number): Promise<void> {
    await Promise.all(this.list().map((running) => running.stop(graceMs)));
  }

  private async launch(spec: ProcessSpec): Promise<LocalProcess> {
    const identity = this.options.isolation.level === 'separate-uid' ? spec.identity : null;
    const cwd = await this.makeOwnFolder(spec.key, identity);
    if (identity !== null) for (const target of [cwd, spec.command, ...spec.reads]) await demandReachable(target, identity);
    const mark = `${spec.key}.${randomUUID()}`;
    const { pid, end } = await this.spawn(spec, cwd, mark);
    const started = await readProcess(pid);
    const record = { key: spec.key, pid, startTime: started?.startTime ?? 0, bootId: this.bootId, mark, uid: identity?.uid ?? null };
    if (started !== null) await this.records.write(record);
    const running = new LocalProcess(spec, record, end);
    this.running.set(spec.key, running);
    void running.exited.then(() => this.forget(running, record));
    return running;
  }

  private async spawn(spec: ProcessSpec, cwd: string, mark: string): Promise<{ pid: number; end: Promise<ChildEnd> }> {
    const { isolation, hidden } = this.options;
    const wrapped = sandboxed(isolation, { ...spec, hidden: [...hidden, ...SCRATCH], kept: [...spec.reads, spec.command, process.execPath, import.meta.dirname], writable: [...(spec.writes ?? []), cwd] });
    const child = spawn(wrapped.command, wrapped.args, {
      cwd,
      env: { HOME: cwd, TMPDIR: cwd, ...spec.env, [MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, to be signalled as a whole.
      detached: true,
      ...(wrapped.user === null ? {} : { uid: wrapped.user.uid, gid: wrapped.user.gid }),
    });
    const end = endOf(child);
    forEachLine(child.stdout, (line) => spec.onLog(line, 'stdout'));
    forEachLine(child.stderr, (line) => spec.onLog(line, 'stderr'));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(new DomainError('FAILED_PRECONDITION', `'${spec.command}' could not be started.`, {}, { cause })));
    });
    return { pid: child.pid ?? 0, end };
  }

  private async makeOwnFolder(key: string, identity: ProcessIdentity | null): Promise<string> {
    const folder = this.folderOf(key);
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder, 0o700);
    if (identity !== null) await chown(folder, identity.uid, identity.gid);
    return folder;
  }

  private async forget(ended: LocalProcess, record: ProcessRecord): Promise<void> {
    if (this.running.get(ended.key) === ended) this.running.delete(ended.key);
    await this.records.remove(record);
  }

  private async killOrphans(): Promise<void> {
    for (const record of await this.records.list()) {
      signalAll(await membersOf(record), 'SIGKILL');
      await this.records.remove(record);
    }
  }
}

async function makeFolder(folder: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode });
  // The umask has a say in mkdir's mode.
  await chmod(folder, mode);
}

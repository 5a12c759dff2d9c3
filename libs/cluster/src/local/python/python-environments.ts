import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LocalProcesses } from '../local-processes.js';
import { demandReachable } from '../reachable.js';
import type { ProcessIdentity, ProcessLimits } from '../sandbox.js';
import type { EnvironmentSpec } from './environment-spec.js';
import { EnvironmentInstallation } from './environment-installation.js';
import { installSteps, runStep } from './install-steps.js';
import { chooseInterpreter, findInterpreters, type Interpreter } from './interpreters.js';
import { handOver, takeBack } from './ownership.js';

/** A ready virtual environment. */
export interface PythonEnvironment {
  readonly key: string;
  readonly directory: string;
  readonly python: string;
  /** The interpreter's own folder, which a process must be able to read too. */
  readonly reads: readonly string[];
}

export interface PythonEnvironmentsOptions {
  /** Folder of all environments. Other users must be able to enter it. */
  readonly root: string;
  readonly processes: LocalProcesses;
  /** Folders with Pythons: those of PATH, and what the operator adds. */
  readonly interpreterFolders: readonly string[];
  /** Index, proxy and certificate settings (PIP_INDEX_URL, UV_DEFAULT_INDEX, HTTPS_PROXY, SSL_CERT_FILE, ...). */
  readonly installerEnv: Readonly<Record<string, string>>;
  readonly limits: ProcessLimits;
  readonly timeLimitMs: number;
}

export interface EnsureOptions {
  /** The user that installs; no other process may run as it meanwhile. */
  readonly identity: ProcessIdentity | null;
  readonly onOutput: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Raised when an environment made by the steps before would no longer do. */
const RECIPE = 1;
const COMPLETE = 'complete.json';

const complete = z.object({ python: z.string(), prefix: z.string() });

/** Virtual environments on this machine, made once per key and then shared by all models with the same requirements. */
export class PythonEnvironments {
  private readonly inProgress = new Map<string, EnvironmentInstallation>();

  constructor(private readonly options: PythonEnvironmentsOptions) {}

  /** The name of an environment: same requirements, Python and machine, same key. */
  keyOf(spec: EnvironmentSpec): string {
    const requirements = spec.requirements.map((requirement) => requirement.text).sort();
    const lock = [RECIPE, process.platform, process.arch, spec.pythonMinor, requirements];
    return createHash('sha256').update(JSON.stringify(lock)).digest('hex').slice(0, 32);
  }

  /** The environment if it is there. */
  async find(spec: EnvironmentSpec): Promise<PythonEnvironment | null> {
    return this.read(this.keyOf(spec));
  }

  /**
   * The environment, made first when it is not there. Callers who ask for the same one at the same time share one
   * installation, and all see its output; it is given up when all of them have. Throws FAILED_PRECONDITION with what to do.
   */
  async ensure(spec: EnvironmentSpec, options: EnsureOptions): Promise<PythonEnvironment> {
    const key = this.keyOf(spec);
    const ready = await this.read(key);
    if (ready !== null) return ready;
    let installation = this.inProgress.get(key);
    if (installation === undefined) {
      installation = new EnvironmentInstallation((onOutput, signal) => this.create(key, spec, options.identity, onOutput, signal));
      this.inProgress.set(key, installation);
      const forget = () => this.inProgress.delete(key);
      installation.result.then(forget, forget);
    }
    return installation.join(options.onOutput, options.signal);
  }

  private async read(key: string): Promise<PythonEnvironment | null> {
    const text = await readFile(path.join(this.options.root, key, COMPLETE), 'utf8').catch(() => null);
    const parsed = text === null ? null : complete.safeParse(JSON.parse(text));
    if (!parsed?.success) return null;
    const directory = path.join(this.options.root, key, 'venv');
    return { key, directory, python: path.join(directory, 'bin', 'python'), reads: [parsed.data.prefix, parsed.data.python] };
  }

  /** Makes it in place, since virtual environments cannot be moved. The file `complete.json`, written last, says that it is whole. */
  private async create(key: string, spec: EnvironmentSpec, identity: ProcessIdentity | null, onOutput: (line: string) => void, signal: AbortSignal): Promise<PythonEnvironment> {
    const { processes, limits, installerEnv: env, timeLimitMs } = this.options;
    const user = processes.isolation.level === 'separate-uid' ? identity : null;
    const context = { processes, key, identity: user, limits, env, deadline: Date.now() + timeLimitMs, signal, onOutput };
    const uv = await this.findUv(user);
    const interpreter = await this.chooseInterpreter(spec, key, user, uv !== null);
    const folder = path.join(this.options.root, key);
    const venv = path.join(folder, 'venv');
    const requirements = path.join(folder, 'requirements.txt');
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(venv, { recursive: true, mode: 0o755 });
      await writeFile(requirements, spec.requirements.map((requirement) => `${requirement.text}\n`).join(''), { mode: 0o644 });
      await handOver(venv, user);
      for (const step of installSteps(uv, interpreter, venv, requirements)) await runStep(step, { reads: [interpreter.prefix, interpreter.file], writes: [folder] }, context);
      await takeBack(venv, user);
      await this.writeComplete(folder, interpreter);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    } finally {
      await rm(processes.folderOf(`install-${key}`), { recursive: true, force: true });
    }
    const made = await this.read(key);
    if (made === null) throw new Error(`The environment ${key} was not written.`);
    return made;
  }

  private async writeComplete(folder: string, { file, prefix }: Interpreter): Promise<void> {
    const temporary = path.join(folder, `.${COMPLETE}`);
    await writeFile(temporary, JSON.stringify({ python: file, prefix }));
    await rename(temporary, path.join(folder, COMPLETE));
  }

  private async chooseInterpreter(spec: EnvironmentSpec, key: string, identity: ProcessIdentity | null, hasUv: boolean): Promise<Interpreter> {
    let count = 0;
    const found = await findInterpreters(this.options.interpreterFolders, async (command, args) => {
      const lines: string[] = [];
      const probe = { key: `probe-${key}-${count++}`, command, args, env: {}, identity, limits: this.options.limits, reads: [], onLog: (line: string) => lines.push(line) };
      const running = await this.options.processes.start(probe).catch(() => null);
      if (running === null) return null;
      const timer = setTimeout(() => void running.stop(0), 10_000);
      const exit = await running.exited;
      clearTimeout(timer);
      await rm(this.options.processes.folderOf(probe.key), { recursive: true, force: true });
      return exit.code === 0 ? (lines.at(-1) ?? null) : null;
    });
    return chooseInterpreter(found, spec.pythonMinor, { needsVenv: !hasUv });
  }

  private async findUv(identity: ProcessIdentity | null): Promise<string | null> {
    for (const folder of this.options.interpreterFolders) {
      const file = path.join(folder, 'uv');
      if (!(await access(file, constants.X_OK).then(() => true, () => false))) continue;
      if (identity === null || (await demandReachable(file, identity).then(() => true, () => false))) return realpath(file);
    }
    return null;
  }
}

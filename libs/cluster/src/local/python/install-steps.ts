import path from 'node:path';
import { DomainError } from '@modelyard/kernel';
import type { LocalProcesses, ProcessSpec } from '../local-processes.js';
import type { ProcessIdentity, ProcessLimits } from '../sandbox.js';
import { explainInstallFailure, redact } from './install-failure.js';
import type { Interpreter } from './interpreters.js';

export interface InstallStep {
  readonly command: string;
  readonly args: readonly string[];
}

/** What makes a virtual environment, with uv when it is there, else with Python's own venv and pip. Pure. */
export function installSteps(uv: string | null, interpreter: Interpreter, venv: string, requirements: string): InstallStep[] {
  const python = path.join(venv, 'bin', 'python');
  // No caches: what one model's installation leaves behind must not reach another's.
  if (uv !== null) {
    return [
      { command: uv, args: ['venv', '--no-config', '--no-cache', '--no-python-downloads', '--allow-existing', '--python', interpreter.file, venv] },
      { command: uv, args: ['pip', 'install', '--no-config', '--no-cache', '--no-progress', '--python', python, '--requirement', requirements] },
    ];
  }
  return [
    { command: interpreter.file, args: ['-I', '-m', 'venv', venv] },
    { command: python, args: ['-I', '-m', 'pip', 'install', '--no-input', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off', '--requirement', requirements] },
  ];
}

export interface StepContext {
  readonly processes: LocalProcesses;
  readonly key: string;
  readonly identity: ProcessIdentity | null;
  readonly limits: ProcessLimits;
  readonly env: Readonly<Record<string, string>>;
  /** When all steps must be done, milliseconds since the epoch. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly onOutput: (line: string) => void;
}

/** The defaults of pip and uv would hide an index out of reach for minutes. The installation's settings win. */
const PATIENCE = { PIP_DEFAULT_TIMEOUT: '30', UV_HTTP_TIMEOUT: '30', UV_HTTP_RETRIES: '2' };
/** Without a retry pip does not tell an index out of reach from a package that is not there. */
const RETRIES = { PIP_RETRIES: '2' };
const KEPT_LINES = 2_000;
const STOP_GRACE_MS = 1_000;

/** Runs one step as the model's user. Throws FAILED_PRECONDITION with why it failed, CONFLICT when cancelled. */
export async function runStep(step: InstallStep, folders: Pick<ProcessSpec, 'reads' | 'writes'>, context: StepContext): Promise<void> {
  context.signal.throwIfAborted();
  const lines: string[] = [];
  const running = await context.processes.start({
    key: `install-${context.key}`,
    ...step,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PIP_CONFIG_FILE: '/dev/null', ...PATIENCE, ...context.env, ...RETRIES },
    identity: context.identity,
    limits: context.limits,
    ...folders,
    onLog: (raw) => {
      const line = redact(raw);
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      context.onOutput(line);
    },
  });
  let late = false;
  const stop = () => void running.stop(STOP_GRACE_MS);
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, Math.max(0, context.deadline - Date.now()));
  context.signal.addEventListener('abort', stop, { once: true });
  const exit = await running.exited;
  clearTimeout(timer);
  context.signal.removeEventListener('abort', stop);
  if (late) throw new DomainError('FAILED_PRECONDITION', "Installing the model's environment took longer than allowed. Ask for fewer packages, use an index nearer by, or raise the time limit.");
  if (context.signal.aborted) throw new DomainError('CONFLICT', 'The installation was cancelled.');
  if (exit.reason === 'memory') throw new DomainError('FAILED_PRECONDITION', exit.message);
  if (exit.code !== 0) throw explainInstallFailure(lines);
}

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A Python with MLflow and scikit-learn, named by MODELYARD_E2E_PYTHON. In CI a missing one is a failure. */
export function findPython(): string | null {
  const named = process.env['MODELYARD_E2E_PYTHON'];
  if (named !== undefined && existsSync(named)) return named;
  const message = 'MODELYARD_E2E_PYTHON names no Python with mlflow and scikit-learn: the MLflow client is NOT tested.';
  if (process.env['CI'] !== undefined) throw new Error(message);
  console.warn(message);
  return null;
}

/** Runs a script of apps/e2e/python to its end; resolves with all it printed. Rejects with it when the exit code is not 0. */
export function runPython(python: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return runPythonFile(python, path.join(process.cwd(), 'apps/e2e/python', script), args, env);
}

/** As `runPython`, with a file from anywhere. */
export function runPythonFile(python: string, file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [file, ...args], {
      env: { ...process.env, PYTHONWARNINGS: 'ignore', GIT_PYTHON_REFRESH: 'quiet', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { text += data.toString('utf8'); });
    child.on('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`${path.basename(file)} ended with ${code}:\n${text.slice(-6000)}`))));
  });
}

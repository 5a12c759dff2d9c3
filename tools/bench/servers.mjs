// The servers under test, both on one embedded PostgreSQL with default durability (fsync on), a database each.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { root, step } from '../runtime.mjs';

const MLFLOW = 'mlflow==3.17.2';
const DRIVER = 'psycopg2-binary==2.9.13';
const START_TIMEOUT_MS = 180_000;

/** A Python with MLflow: MODELYARD_E2E_PYTHON, or an environment of our own in .cache; and the folder of its driver. */
export async function ensureMlflow() {
  let python = process.env.MODELYARD_E2E_PYTHON;
  if (python === undefined) {
    const home = path.join(root, '.cache/bench-python');
    python = path.join(home, 'bin/python');
    if (!runs(python, ['-c', 'import mlflow'])) {
      await step('Making a Python environment', 'python3', ['-m', 'venv', home]);
      await step(`Installing ${MLFLOW}`, python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', MLFLOW]);
    }
  }
  // Beside the environment, which may belong to the tests.
  const drivers = path.join(root, '.cache/bench-drivers');
  if (!runs(python, ['-c', 'import psycopg2'], { PYTHONPATH: drivers })) {
    await step(`Installing ${DRIVER}`, python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--target', drivers, DRIVER]);
  }
  const version = spawnSync(python, ['-c', 'import mlflow; print(mlflow.__version__)'], { encoding: 'utf8' }).stdout.trim();
  if (!version.startsWith('3.17.')) throw new Error(`The comparison is with MLflow 3.17, ${python} has ${version || 'none'}. Unset MODELYARD_E2E_PYTHON, or install ${MLFLOW} there.`);
  return { python, drivers, version };
}

function runs(command, args, env = {}) {
  return spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, ...env } }).status === 0;
}

/** `mlflow server`; `workers` null is its default. */
export async function startMlflow({ python, drivers }, { databaseUrl, workers, directory }) {
  const port = await freePort();
  const name = workers === null ? 'MLflow, default workers' : `MLflow, --workers ${workers}`;
  const args = ['-m', 'mlflow', 'server', '--backend-store-uri', databaseUrl.replace('postgresql:', 'postgresql+psycopg2:'), '--artifacts-destination', path.join(directory, 'mlartifacts'), '--host', '127.0.0.1', '--port', String(port)];
  if (workers !== null) args.push('--workers', String(workers));
  return start({ name, port, headers: {}, command: python, args, env: { PYTHONPATH: drivers }, directory });
}

/** One gateway process, with tokens required; row security and audit cannot be switched off. */
export async function startGateway({ databaseUrl, token, directory }) {
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, MODELYARD_PORT: String(port), MODELYARD_AUTH: 'required', MODELYARD_DATA_DIR: path.join(directory, 'data'), NODE_ENV: 'production' };
  return start({ name: 'Modelyard', port, headers: { authorization: `Bearer ${token}` }, command: process.execPath, args: [path.join(root, 'dist/apps/gateway/main.js')], env, directory });
}

async function start({ name, port, headers, command, args, env, directory }) {
  mkdirSync(directory, { recursive: true });
  const logFile = path.join(directory, `${name.replaceAll(/\W+/g, '-')}.log`);
  const log = openSync(logFile, 'w');
  const started = performance.now();
  // A group of its own, so that its workers can be ended with it.
  const child = spawn(command, args, { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const server = { name, port, headers, pid: child.pid, startSeconds: 0, stop: () => stop(child) };
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() - started > START_TIMEOUT_MS) {
      await stop(child);
      throw new Error(`${name} did not start:\n${existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-2000) : ''}`);
    }
    await delay(20);
  }
  server.startSeconds = (performance.now() - started) / 1000;
  return server;
}

async function stop(child) {
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // All of the group are gone.
    }
  };
  signal('SIGTERM');
  for (let waited = 0; waited < 10_000 && child.exitCode === null && child.signalCode === null; waited += 50) await delay(50);
  signal('SIGKILL');
}

function answers(port) {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/health', agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment, type Environment } from './environment.js';
import { createModelServer } from './http-server.js';
import { readModelDirectory } from './model-directory.js';
import { loadOnnxModel } from './onnx-model.js';

/** One JSON line per event; request bodies never appear. */
function log(level: 'info' | 'error', message: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`);
}

async function start(env: Environment): Promise<void> {
  const started = performance.now();
  const directory = await readModelDirectory(env.MODEL_DIR);
  const model = await loadOnnxModel(directory.onnxFile, { threads: env.THREADS });
  let stopping = false;
  const server = createModelServer(
    { name: env.MODEL_NAME, version: env.MODEL_VERSION, model, signature: directory.signature, mlflowVersion: directory.mlflowVersion },
    { maxBodyBytes: env.MAX_BODY_BYTES, requestTimeoutMs: env.REQUEST_TIMEOUT_MS },
    () => !stopping,
    (error) => log('error', 'Unexpected error', { error: error instanceof Error ? error.stack : String(error) }),
  );
  /** Not ready first, so that routers look away; then no new connections; then out, at the latest after the time limit. */
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log('info', 'Stopping');
    await sleep(env.DRAIN_DELAY_MS);
    server.close(() => process.exit(0));
    setTimeout(() => {
      log('error', 'Requests were still running at the end of the drain time');
      process.exit(1);
    }, env.DRAIN_TIMEOUT_MS).unref();
  };
  // Before the word "ready" goes out: whoever reads it may stop us at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(env.PORT, env.HOST, resolve);
  });
  log('info', 'Model server ready', { model: env.MODEL_NAME, address: server.address(), loadMs: Math.round(performance.now() - started) });
}

try {
  await start(readEnvironment(process.env));
} catch (error) {
  log('error', error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

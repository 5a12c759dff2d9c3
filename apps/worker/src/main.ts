import 'reflect-metadata';
import { createLogger, parseSettings, SettingsError } from '@modelyard/config';
import { startWorker } from './worker.js';

// The supervisor kills after 3.5 s; better to end by ourselves.
const STOP_LIMIT_MS = 3_000;

try {
  const settings = parseSettings(process.env);
  const logger = createLogger('worker', settings.MODELYARD_LOG_LEVEL);
  const worker = await startWorker(settings, logger, (error) => {
    logger.fatal({ err: error }, 'another worker has taken over; this one ends');
    process.exit(1);
  });
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    void worker.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  logger.info({ localTarget: settings.MODELYARD_LOCAL_TARGET, queue: settings.REDIS_URL === undefined ? 'postgres' : 'redis' }, 'worker runs');
  // The supervisor waits for this message.
  process.send?.({ ready: true });
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}

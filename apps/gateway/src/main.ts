import 'reflect-metadata';
import path from 'node:path';
import { createLogger, parseSettings, SettingsError } from '@modelyard/config';
import { createGateway } from './gateway.app.js';

try {
  const settings = parseSettings(process.env);
  const logger = createLogger('gateway', settings.MODELYARD_LOG_LEVEL);
  const app = await createGateway({ settings, logger, dashboardDir: path.resolve(import.meta.dirname, '../../dashboard') });
  app.enableShutdownHooks();
  await app.listen(settings.MODELYARD_PORT, settings.MODELYARD_HOST);
  logger.info({ host: settings.MODELYARD_HOST, port: settings.MODELYARD_PORT, auth: settings.MODELYARD_AUTH }, 'gateway listens');
  // The supervisor waits for this message.
  process.send?.({ ready: true });
} catch (error) {
  const expected = error instanceof SettingsError || (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(expected ? (error as Error).message : error);
  process.exit(1);
}

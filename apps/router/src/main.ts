import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger, parseSettings, provenanceKey, routerCredential, SettingsError, type Settings } from '@modelyard/config';
import { startRouter } from './router.js';

// The supervisor kills what has not ended after 3.5 s.
const GRACE_MS = 2_500;
const FIRST_TABLES_MS = 10_000;

try {
  const settings = parseSettings(process.env);
  const logger = createLogger('router', settings.MODELYARD_LOG_LEVEL);
  const router = await startRouter(
    { settings, gatewayUrl: gatewayUrl(settings), credential: routerCredential(settings), provenanceKey: provenanceKey(settings), logger },
    settings.MODELYARD_ROUTER_PORT,
    settings.MODELYARD_HOST,
  );
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await router.close(GRACE_MS);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  // Without its supervisor it would stay behind.
  process.on('disconnect', () => void stop());
  logger.info({ host: settings.MODELYARD_HOST, port: router.port, auth: settings.MODELYARD_AUTH }, 'router listens');
  // The supervisor waits for this message. The gateway starts beside the router, and may also be away.
  await Promise.race([router.known, sleep(FIRST_TABLES_MS, undefined, { ref: false })]);
  process.send?.({ ready: true });
} catch (error) {
  const expected = error instanceof SettingsError || (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(expected ? (error as Error).message : error);
  process.exit(1);
}

function gatewayUrl({ MODELYARD_GATEWAY_URL, MODELYARD_HOST, MODELYARD_PORT }: Settings): string {
  if (MODELYARD_GATEWAY_URL !== undefined) return MODELYARD_GATEWAY_URL;
  const host = MODELYARD_HOST === '0.0.0.0' ? '127.0.0.1' : MODELYARD_HOST === '::' ? '::1' : MODELYARD_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${MODELYARD_PORT}`;
}

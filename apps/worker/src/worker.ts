import path from 'node:path';
import { AuditSealer, auditSigner, generateAuditKey } from '@modelyard/audit';
import { masterKeys, readOrMakeSecret, type Logger, type Settings } from '@modelyard/config';
import { Database, databaseOptions, OUTBOX_CHANNEL, OutboxStore } from '@modelyard/db';
import { ConsumerRunner, openQueue, OutboxRelay, type QueueOptions } from '@modelyard/queue';
import { DeliverWebhook, WebhookSecrets, WebhookSender } from '@modelyard/registry';
import { removeOldRows } from '@modelyard/serving';
import { storageFromOptions, storageOptions } from '@modelyard/storage';
import { consumers, JOBS } from './job-catalog.js';
import { openLocalTarget } from './local-target.js';
import { QueueHeartbeat } from './queue-heartbeat.js';
import { repeat } from './repeat.js';

const CONCURRENCY = 16;
const SEAL_EVERY_MS = 1_000;
const RETENTION_EVERY_MS = 15 * 60_000;
// Models end with the worker; requests on their way get this long.
const MODEL_GRACE_MS = 1_500;

export interface Worker {
  /** Within 3 s: nothing new, models ended, connections closed. */
  stop(): Promise<void>;
}

/** Starts everything the worker does: relay, consumers, reconciler, audit sealer, retention. */
export async function startWorker(settings: Settings, logger: Logger, onFenced: (error: Error) => void): Promise<Worker> {
  const options = databaseOptions(settings, 'modelyard-worker', logger);
  const db = new Database(options);
  const objects = storageFromOptions(storageOptions(settings));
  const queue = openQueue(queueOptions(settings, options.systemUrl), (error) => logger.warn({ err: error }, 'the queue has a problem'));
  const outbox = new OutboxStore(db);
  const target = settings.MODELYARD_LOCAL_TARGET ? await openLocalTarget({ settings, db, objects, logger, onFenced }) : null;

  const webhooks = new DeliverWebhook(db, new WebhookSender(), new WebhookSecrets(masterKeys(settings)));
  const runner = new ConsumerRunner(outbox, logger, JOBS, consumers(target, webhooks));
  const heartbeat = new QueueHeartbeat(queue, logger);
  const consumer = queue.startWorker(async (bell) => {
    if (!heartbeat.heard(bell)) await runner.run(bell);
  }, CONCURRENCY);
  const relay = new OutboxRelay(outbox, (onNotice, onLost) => db.listen(OUTBOX_CHANNEL, onNotice, onLost), queue, logger);
  relay.start();
  heartbeat.start();
  const loops = [repeat('sealing the audit log', SEAL_EVERY_MS, logger, sealer(settings, db)), repeat('retention', RETENTION_EVERY_MS, logger, () => removeOldRows(db))];

  return {
    stop: async () => {
      heartbeat.stop();
      const models = target?.stop(MODEL_GRACE_MS);
      await Promise.allSettled([relay.stop(), consumer.close(), models, ...loops.map((loop) => loop.stop())]);
      await Promise.allSettled([queue.close(), db.close()]);
      objects.close();
    },
  };
}

function queueOptions(settings: Settings, systemUrl: string): QueueOptions {
  return settings.REDIS_URL === undefined ? { kind: 'postgres', url: systemUrl } : { kind: 'redis', url: settings.REDIS_URL };
}

function sealer(settings: Settings, db: Database): () => Promise<number> {
  const signer = auditSigner(readOrMakeSecret(path.join(settings.MODELYARD_DATA_DIR, 'secrets/audit-ed25519.pem'), generateAuditKey));
  const service = new AuditSealer(db);
  return () => service.sealAll(signer);
}

import { hostname } from 'node:os';
import path from 'node:path';
import { detectIsolation, LocalProcesses, ProcessIdentities, type RuntimePaths } from '@modelyard/cluster';
import type { Logger } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import { LocalEnvironments } from '@modelyard/packaging';
import type { ObjectStore } from '@modelyard/storage';
import { REPLICA_DEFAULTS, type ReplicaSettings } from '../local/local-replica.js';
import type { LocalTargetParts } from '../local/local-revision.js';
import { ModelFiles } from '../local/model-files.js';
import { EndpointReconciler, ROLLOUT_DEFAULTS } from './endpoint.reconciler.js';
import type { RolloutLimits } from './plan.js';
import { ReconcileLoop } from './reconcile-loop.js';
import { takeFence, type EndpointRef } from './rollout.repository.js';

export interface LocalTargetOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly logger: Logger;
  /** Names this worker for good: a local target belongs to one. */
  readonly workerId: string;
  readonly dataDir: string;
  readonly runtime: RuntimePaths;
  /** Index, proxy and certificate settings of package installers. */
  readonly installerEnv: Readonly<Record<string, string>>;
  readonly interpreterFolders: readonly string[];
  /** Folders that models must not see. */
  readonly hidden: readonly string[];
  readonly limits?: Partial<RolloutLimits>;
  readonly replica?: Partial<ReplicaSettings>;
  /** Another worker has taken over: this process must end. */
  readonly onFenced: (error: Error) => void;
}

export interface RunningLocalTarget {
  /** Something is wished of this endpoint. */
  wake(ref: EndpointRef): void;
  stop(graceMs: number): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
const INSTALL_LIMITS = { memoryBytes: 4096 * MEBIBYTE, processes: 512, openFiles: 4_096, fileBytes: 8192 * MEBIBYTE, niceness: 10 };
const INSTALL_TIME_MS = 20 * 60_000;

/** Takes this machine's local targets, cleans up after a former life, and keeps their endpoints as they are wished. */
export async function startLocalTarget(options: LocalTargetOptions): Promise<RunningLocalTarget> {
  const { db, logger } = options;
  const parts = await openParts(options);
  const { level, sentence } = parts.processes.describeIsolation();
  const fence = await db.system('take a fence', takeFence);
  const worker = { id: options.workerId, fence, holder: `${hostname()}:${process.pid}`, isolation: level, isolationNote: sentence };
  const reconciler = new EndpointReconciler(db, parts, { ...ROLLOUT_DEFAULTS, ...options.limits }, fence, logger, (ref) => loop.wake(ref));
  const loop: ReconcileLoop = new ReconcileLoop(db, worker, reconciler, logger, options.onFenced);
  await loop.start();
  logger.info({ worker: worker.id, fence, isolation: level }, 'local target runs');
  return {
    wake: (ref) => loop.wake(ref),
    stop: async (graceMs) => {
      await loop.stop();
      await reconciler.close(graceMs);
      await parts.processes.stopAll(0);
    },
  };
}

async function openParts(options: LocalTargetOptions): Promise<LocalTargetParts> {
  const root = path.join(options.dataDir, 'local');
  const processes = await LocalProcesses.open({ root, isolation: await detectIsolation(), hidden: options.hidden });
  const files = new ModelFiles(options.objects, root);
  await files.clear();
  const environments = new LocalEnvironments(options.db, {
    root: path.join(root, 'environments'),
    processes,
    interpreterFolders: options.interpreterFolders,
    installerEnv: options.installerEnv,
    limits: INSTALL_LIMITS,
    timeLimitMs: INSTALL_TIME_MS,
  });
  return { processes, identities: new ProcessIdentities(), files, environments, runtime: options.runtime, replica: { ...REPLICA_DEFAULTS, ...options.replica } };
}

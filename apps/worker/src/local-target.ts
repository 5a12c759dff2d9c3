import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { readOrMakeSecret, type Logger, type Settings } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import { newRunId } from '@modelyard/kernel';
import { startLocalTarget, type RunningLocalTarget } from '@modelyard/serving';
import type { ObjectStore } from '@modelyard/storage';

// What installers of packages may know of this machine: where to find an index, and how to get there.
const INSTALLER_SETTINGS = /^(?:PIP_[A-Z_]+|UV_[A-Z_]+|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE)$/;
const DIST = path.resolve(import.meta.dirname, '../..');

interface LocalTargetNeeds {
  readonly settings: Settings;
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly logger: Logger;
  readonly onFenced: (error: Error) => void;
}

/** Starts the local target of this data folder with the runtimes of this installation. */
export function openLocalTarget({ settings, db, objects, logger, onFenced }: LocalTargetNeeds): Promise<RunningLocalTarget> {
  const dataDir = realpathSync(settings.MODELYARD_DATA_DIR);
  return startLocalTarget({
    db,
    objects,
    logger,
    workerId: readOrMakeSecret(path.join(dataDir, 'secrets/worker-id'), newRunId),
    dataDir,
    runtime: {
      node: process.execPath,
      modelServer: path.join(DIST, 'apps/model-server/main.js'),
      nodeModules: [path.join(DIST, 'node_modules'), path.resolve(DIST, '../node_modules')].filter((folder) => existsSync(folder)),
      pythonServing: path.resolve(DIST, '../python/modelyard_serving'),
    },
    installerEnv: installerEnv(settings, process.env),
    interpreterFolders: interpreterFolders(process.env),
    hidden: [dataDir, homedir()],
    onFenced,
  });
}

function installerEnv(settings: Settings, env: NodeJS.ProcessEnv): Record<string, string> {
  const inherited = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => INSTALLER_SETTINGS.test(entry[0]) && entry[1] !== undefined));
  const index = settings.MODELYARD_PYTHON_INDEX_URL;
  return { ...inherited, ...(index === undefined ? {} : { PIP_INDEX_URL: index, UV_DEFAULT_INDEX: index }) };
}

function interpreterFolders(env: NodeJS.ProcessEnv): string[] {
  const known = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...new Set([...known, '/usr/local/bin', '/usr/bin'])];
}

import path from 'node:path';
import { z } from 'zod';

/**
 * Every setting of the product, parsed once in each process's `main.ts`. `.env.example` lists the same names (a test
 * compares them). Empty strings count as unset, so that a Helm value or compose file may leave one blank.
 */
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const list = z.string().transform((text) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''));

export const SETTINGS = {
  MODELYARD_HOST: z.string().default('127.0.0.1').describe('Address the gateway listens on.'),
  MODELYARD_PORT: port.default(5000).describe('Port of the gateway: MLflow API, GraphQL, dashboard.'),
  MODELYARD_ROUTER_PORT: port.default(5001).describe('Port of the inference router. The gateway forwards endpoint calls to it.'),
  MODELYARD_ROUTER_URL: z.url().optional().describe('URL under which the gateway reaches the router. Default: the router\'s port on the gateway\'s own host.'),
  MODELYARD_GATEWAY_URL: z.url().optional().describe('URL under which the router reaches the gateway. Default: the gateway\'s port on the router\'s own host.'),
  MODELYARD_ROUTER_TOKEN_FILE: z.string().optional().describe('File with the credential that gateway and routers share. Default: `secrets/router-token` in the data folder.'),
  MODELYARD_PROVENANCE_KEY_FILE: z.string().optional().describe('File with the key of provenance ids, the same for gateway and routers. Default: `secrets/provenance-key` in the data folder.'),
  MODELYARD_MASTER_KEY_FILE: z.string().optional().describe('File with the master key of stored secrets, the same for gateway and workers; older keys may follow, one a line. Default: `secrets/master-key` in the data folder.'),
  MODELYARD_DATA_DIR: z.string().default('./.modelyard').describe('Folder of the embedded database, artifacts, environments and secrets.'),
  MODELYARD_AUTH: z.enum(['local', 'required']).optional().describe('`local`: a request without credentials is the person at the machine (loopback only). `required`: every request needs a token. Default: `local` on loopback, else `required`.'),
  MODELYARD_PUBLIC_URL: z.url().optional().describe('URL under which people reach the gateway, with a sub-path if there is one. Default: what it listens on.'),
  MODELYARD_ALLOWED_HOSTS: list.default([]).describe('Further Host names to accept, comma separated.'),
  MODELYARD_TRUSTED_PROXIES: list.default([]).describe('Addresses or CIDR ranges of proxies whose X-Forwarded-* headers count.'),
  MODELYARD_LOCAL_TARGET: flag.optional().describe('Allows endpoints to run as processes on the worker\'s machine. Default: only in `local` auth mode.'),
  MODELYARD_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').describe('Least severe log lines to print.'),
  DATABASE_URL: z.string().optional().describe('PostgreSQL 15 or newer. Default: embedded PostgreSQL in the data folder.'),
  DATABASE_APP_URL: z.string().optional().describe('Login that owns nothing, for tenant work. Default: DATABASE_URL with the role `modelyard_app`.'),
  DATABASE_SYSTEM_URL: z.string().optional().describe('Login for the outbox relay and login look-ups. Default: DATABASE_URL with the role `modelyard_system`.'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(16).describe('Connections of one process for tenant work.'),
  REDIS_URL: z.string().optional().describe('Redis 6.2 or newer for the job queue. Default: the queue lives in PostgreSQL.'),
  S3_ENDPOINT: z.url().optional().describe('S3-compatible endpoint. Default with S3_BUCKET set: AWS.'),
  S3_BUCKET: z.string().optional().describe('Bucket of artifacts. Default: files in the data folder.'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('Access key. Default: the SDK\'s own credential chain.'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('Secret key.'),
  S3_FORCE_PATH_STYLE: flag.default(false).describe('Bucket in the path instead of the host name; most S3-compatible servers want `true`.'),
  S3_CHECKSUMS: z.enum(['when_supported', 'when_required']).default('when_supported').describe('`when_required` for older S3-compatible servers.'),
  MODELYARD_PYTHON_INDEX_URL: z.string().optional().describe('Package index for Python model environments. Default: what pip is set to on the machine.'),
} as const;

const schema = z.object(SETTINGS);

export type Settings = Omit<z.output<typeof schema>, 'MODELYARD_AUTH' | 'MODELYARD_LOCAL_TARGET'> & {
  readonly MODELYARD_AUTH: 'local' | 'required';
  readonly MODELYARD_LOCAL_TARGET: boolean;
};

/** A setting that cannot be used; the message is one sentence for the person who starts the product. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Parses the environment. Throws SettingsError with one line per wrong setting. */
export function parseSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([key, value]) => key in SETTINGS && value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(`Wrong setting. ${lines.join('; ')}`);
  }
  const settings = parsed.data;
  const loopback = isLoopback(settings.MODELYARD_HOST);
  const auth = settings.MODELYARD_AUTH ?? (loopback ? 'local' : 'required');
  if (auth === 'local' && !loopback) {
    throw new SettingsError(
      `MODELYARD_AUTH=local lets anyone who reaches ${settings.MODELYARD_HOST} in. Listen on 127.0.0.1, or set MODELYARD_AUTH=required.`,
    );
  }
  return {
    ...settings,
    MODELYARD_AUTH: auth,
    MODELYARD_LOCAL_TARGET: settings.MODELYARD_LOCAL_TARGET ?? auth === 'local',
    MODELYARD_DATA_DIR: path.resolve(settings.MODELYARD_DATA_DIR),
  };
}

/** Does the address belong to this machine alone? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** `http://host:port` people reach the gateway under, without a trailing slash. */
export function publicUrl(settings: Settings): string {
  if (settings.MODELYARD_PUBLIC_URL !== undefined) return settings.MODELYARD_PUBLIC_URL.replace(/\/+$/, '');
  const host = settings.MODELYARD_HOST.includes(':') ? `[${settings.MODELYARD_HOST}]` : settings.MODELYARD_HOST;
  return `http://${host === '0.0.0.0' ? 'localhost' : host}:${settings.MODELYARD_PORT}`;
}

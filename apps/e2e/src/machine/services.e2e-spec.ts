import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@modelyard/db';
import { findRedis, redisKeys, startRedis, type TestRedis } from '@modelyard/queue/testing';
import { S3ObjectStore } from '@modelyard/storage';
import { findVersitygw, startVersitygw, type Versitygw } from '@modelyard/storage/testing';
import { removeDataDirectory, runCommand, startModelyard, type Identity, type Modelyard } from '../modelyard-process.js';

const ORDINARY: Identity = { uid: 65_534, gid: 65_534 };
const redisBinary = findRedis();
const s3Binary = findVersitygw();
const complete = process.getuid?.() === 0 && redisBinary !== undefined && s3Binary !== undefined;
if (!complete && process.env['CI'] !== undefined) throw new Error('This needs root, redis-server and versitygw.');
if (!complete) console.warn('Not root, or redis-server or versitygw is missing: accounts and external services are NOT tested.');

let directory: string;
let postgres: EmbeddedPostgres;
let redis: TestRedis;
let s3: Versitygw;
let yard: Modelyard | undefined;

beforeAll(async () => {
  if (!complete) return;
  directory = mkdtempSync(path.join(tmpdir(), 'modelyard-services-'));
  chmodSync(directory, 0o711);
  postgres = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), secretsFile: path.join(directory, 'secrets/postgres.json') });
  redis = await startRedis(redisBinary ?? '');
  s3 = await startVersitygw(s3Binary ?? '', { dir: path.join(directory, 's3') });
}, 120_000);

afterEach(async () => {
  await yard?.stop();
  if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  yard = undefined;
});

afterAll(async () => {
  redis?.stop();
  await s3?.stop();
  await postgres?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

const external = (): NodeJS.ProcessEnv => {
  const { endpoint = '', bucket, accessKeyId = '', secretAccessKey = '' } = s3.options;
  return { DATABASE_URL: postgres.url, REDIS_URL: redis.url, S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_FORCE_PATH_STYLE: 'true' };
};

/** Trains, registers, deploys and scores. */
async function demo(identity: Identity): Promise<void> {
  if (yard === undefined) throw new Error('nothing runs');
  const { code, output } = await runCommand(['demo'], { ...yard.env, MODELYARD_URL: yard.url }, identity);
  expect(output.trim().split('\n').at(-1)).toMatch(/^demo worked: accuracy 0\.9\d+/);
  expect(code).toBe(0);
}

(complete ? describe : describe.skip).each([
  ['root', {}],
  ['an ordinary user', ORDINARY],
])('as %s', (_account, identity) => {
  it('does all of it with nothing but its own parts', async () => {
    yard = await startModelyard({ identity });
    await demo(identity);
    expect(readdirSync(path.join(yard.dataDirectory, 'artifacts'))).not.toEqual([]);
  }, 180_000);

  it('does all of it with a PostgreSQL, a Redis and an S3 of its owner, and leaves nothing in their places on this disk', async () => {
    yard = await startModelyard({ identity, env: external() });
    await demo(identity);
    expect((await redisKeys(redis.url)).filter((key) => key.startsWith('bull:'))).not.toEqual([]);
    const store = new S3ObjectStore(s3.options);
    expect((await store.list('')).items.map(({ key }) => key)).toEqual(expect.arrayContaining([expect.stringMatching(/^org\//)]));
    store.close();
    expect(readdirSync(yard.dataDirectory)).not.toContain('postgres');
    expect(readdirSync(path.join(yard.dataDirectory, 'artifacts'))).toEqual([]);
  }, 180_000);
});

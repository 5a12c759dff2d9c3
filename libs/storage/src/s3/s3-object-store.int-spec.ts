import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { describeObjectStore } from '../object-store.contract.js';
import { findVersitygw, startVersitygw, type Versitygw } from '../testing.js';
import { S3ObjectStore, type S3StorageOptions } from './s3-object-store.js';

const binary = findVersitygw();
const absent = 'versitygw is not there and Go is missing to build it: the S3 store is NOT tested.';
if (binary === undefined && process.env['CI'] !== undefined) throw new Error(absent);
if (binary === undefined) console.warn(absent);

let server: Versitygw;
let dir: string;

const start = async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'modelyard-s3-'));
  server = await startVersitygw(binary ?? '', { dir });
  return server.options;
};
const stop = async () => {
  await server?.stop();
  await rm(dir, { recursive: true, force: true });
};

for (const variation of [{}, { checksums: 'WHEN_REQUIRED', keyPrefix: 'shared bucket/ours/' }] satisfies Partial<S3StorageOptions>[]) {
  describeObjectStore(`S3ObjectStore ${JSON.stringify(variation)} on versitygw`, {
    create: async () => new S3ObjectStore({ ...(await start()), ...variation }),
    destroy: stop,
    // versitygw keeps objects as files and looks before it writes; Amazon's S3 has neither limit.
    allowsObjectAndFolder: false,
    isIfNoneMatchAtomic: false,
    skip: binary === undefined,
  });
}

(binary === undefined ? describe.skip : describe)('S3ObjectStore that cannot do its work', () => {
  let options: S3StorageOptions;
  beforeAll(async () => {
    options = await start();
  });
  afterAll(stop);

  it.each([
    ['a wrong secret', { secretAccessKey: 'wrong-secret-value' }, /refuses the credentials/],
    ['a missing bucket', { bucket: 'no-such-bucket' }, /no bucket 'no-such-bucket'/],
    ['nobody listening', { endpoint: 'http://127.0.0.1:9', maxAttempts: 1 }, /cannot be reached/],
  ])('says so with %s, and shows no credential', async (_, change: Partial<S3StorageOptions>, message) => {
    const store = new S3ObjectStore({ ...options, ...change });
    const errors = await Promise.all(
      [store.probe(), store.put('o', Buffer.from('x')), store.list('')].map((call) => call.then(() => undefined, (error: unknown) => error)),
    );
    store.close();
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(message) });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/modelyard-test|wrong-secret|Signature=/);
    }
  });
});

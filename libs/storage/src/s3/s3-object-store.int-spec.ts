import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

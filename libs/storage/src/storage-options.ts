import path from 'node:path';
import type { Settings } from '@modelyard/config';
import type { StorageOptions } from './storage-from-options.js';

/** Where artifacts lie: in the bucket, if the settings name one, else in the data folder. */
export function storageOptions(settings: Settings): StorageOptions {
  if (settings.S3_BUCKET === undefined) return { kind: 'filesystem', dir: path.join(settings.MODELYARD_DATA_DIR, 'artifacts') };
  return {
    kind: 's3',
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    accessKeyId: settings.S3_ACCESS_KEY_ID,
    secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    checksums: settings.S3_CHECKSUMS === 'when_supported' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
  };
}

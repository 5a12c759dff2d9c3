import { FilesystemObjectStore, type FilesystemStorageOptions } from './filesystem/filesystem-object-store.js';
import type { ObjectStore } from './object-store.js';
import { S3ObjectStore, type S3StorageOptions } from './s3/s3-object-store.js';

export type StorageOptions = FilesystemStorageOptions | S3StorageOptions;

/** The store that the options name. Opens nothing: call `probe()` to learn whether it can be written. */
export function storageFromOptions(options: StorageOptions): ObjectStore {
  switch (options.kind) {
    case 'filesystem':
      return new FilesystemObjectStore(options);
    case 's3':
      return new S3ObjectStore(options);
    default:
      return options satisfies never;
  }
}

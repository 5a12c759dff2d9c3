export * from './artifact-path.js';
export { FilesystemObjectStore, type FilesystemStorageOptions } from './filesystem/filesystem-object-store.js';
export { MemoryObjectStore } from './memory/memory-object-store.js';
export { checkKey, MAX_KEY_BYTES, MAX_PAGE_SIZE, MAX_PARTS } from './object-key.js';
export type * from './object-store.js';
export { S3ObjectStore, type S3StorageOptions } from './s3/s3-object-store.js';
export { storageFromOptions, type StorageOptions } from './storage-from-options.js';
export { storageOptions } from './storage-options.js';
export { ObjectStorage, StorageModule } from './storage.module.js';

import { Module, type DynamicModule } from '@nestjs/common';
import type { ObjectStore } from './object-store.js';
import { storageFromOptions, type StorageOptions } from './storage-from-options.js';

/** Holds the one object store of the process: what the contexts inject. */
export class ObjectStorage {
  constructor(readonly objects: ObjectStore) {}
}

/** Gives every context the one `ObjectStorage`, and closes it with the process. */
@Module({})
export class StorageModule {
  static forRoot(options: StorageOptions): DynamicModule {
    const storage = new ObjectStorage(storageFromOptions(options));
    return {
      module: StorageModule,
      global: true,
      providers: [
        { provide: ObjectStorage, useValue: storage },
        { provide: 'STORAGE_SHUTDOWN', useValue: { onApplicationShutdown: () => storage.objects.close() } },
      ],
      exports: [ObjectStorage],
    };
  }
}

import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database, type DatabaseOptions } from './database.js';

/** Gives every context the one `Database`, and closes it with the process. */
@Global()
@Module({})
export class DbModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    const database = new Database(options);
    return {
      module: DbModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: 'DATABASE_SHUTDOWN', useValue: { onApplicationShutdown: () => database.close() } },
      ],
      exports: [Database],
    };
  }
}

export { Database, withRole, type DatabaseOptions, type Prisma, type Queryable, type Statement, type SystemHandle, type TenantHandle, type TenantSql } from './database.js';
export * from './database-options.js';
export * from './db.module.js';
export * from './embedded-postgres.js';
export { isReachable } from './embedded-postgres-binaries.js';
export * from './migrate.js';
export * from './outbox.js';
export * from './outbox-store.js';
export { openSourceDatabase, type SourceDatabase } from './source-reader.js';

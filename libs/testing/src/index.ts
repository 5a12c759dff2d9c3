export * from './test-database.js';
export * from './analyze-tables.js';

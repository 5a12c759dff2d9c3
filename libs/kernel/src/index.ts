export * from './clock.js';
export * from './domain-error.js';
export * from './ids.js';
export * from './job.js';
export * from './json.js';
export * from './page.js';
export * from './permission.js';
export * from './tenant-context.js';

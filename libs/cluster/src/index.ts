export * from './local/free-port.js';
export * from './local/isolation.js';
export * from './local/lend-folder.js';
export type { LocalProcess, ProcessExit } from './local/local-process.js';
export * from './local/local-processes.js';
export * from './local/python/environment-spec.js';
export * from './local/python/python-environments.js';
export type { ProcessIdentity, ProcessLimits } from './local/sandbox.js';
export * from './local/serving-command.js';

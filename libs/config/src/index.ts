export { peerCheck } from './local-peer.js';
export * from './logger.js';
export * from './origin.js';
export * from './secret-file.js';
export * from './settings.js';

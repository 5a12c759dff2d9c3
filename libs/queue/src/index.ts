export * from './consumer-runner.js';
export type { OutboxListener, OutboxPort } from './outbox-port.js';
export * from './outbox-relay.js';
export * from './queue-connection.js';

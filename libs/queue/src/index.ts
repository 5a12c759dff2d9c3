export * from './consumer-runner.js';
export * from './outbox-relay.js';
export * from './queue-connection.js';

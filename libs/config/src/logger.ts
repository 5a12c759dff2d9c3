import pino, { type Logger } from 'pino';

export type { Logger };

// Header and setting names whose values never belong in a log.
const SECRETS = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.secret', '*.token', '*.secretAccessKey', '*.connectionString'];

/** JSON lines on stdout, with time as ISO 8601 UTC. */
export function createLogger(process: string, level: string): Logger {
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS, censor: '[redacted]' },
  });
}

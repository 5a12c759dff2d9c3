import type { Logger, Settings } from '@modelyard/config';
import { withRole, type DatabaseOptions } from './database.js';

/** The two logins of a process: explicit ones, or DATABASE_URL dropping to the roles. */
export function databaseOptions(settings: Settings, applicationName: string, logger: Logger): DatabaseOptions {
  const base = settings.DATABASE_URL;
  const url = (explicit: string | undefined, role: string) => {
    if (explicit !== undefined) return explicit;
    if (base === undefined) throw new Error('DATABASE_URL is not set: `modelyard up` sets it for the embedded database');
    return withRole(base, role);
  };
  return {
    appUrl: url(settings.DATABASE_APP_URL, 'modelyard_app'),
    systemUrl: url(settings.DATABASE_SYSTEM_URL, 'modelyard_system'),
    poolSize: settings.DATABASE_POOL_SIZE,
    applicationName,
    onSystemUse: (reason) => logger.debug({ reason }, 'system role used'),
  };
}

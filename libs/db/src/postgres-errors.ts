import { DomainError } from '@modelyard/kernel';

interface DriverFault {
  readonly code?: string;
  readonly message?: string;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: string; readonly kind?: string } } };
}

type Outcome = { code: 'ALREADY_EXISTS' | 'CONFLICT' | 'NOT_FOUND' | 'INVALID_ARGUMENT' | 'UNAVAILABLE'; message: string };

const BUSY: Outcome = { code: 'UNAVAILABLE', message: 'The database is not reachable at the moment. Try again in a few seconds.' };
const CONFLICT: Outcome = { code: 'CONFLICT', message: 'Another change came in between. Try again.' };

/** SQLSTATE (or its class of two characters) to outcome: PostgreSQL documentation, appendix A. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  '08': BUSY,
  '53': BUSY,
  '53100': { code: 'UNAVAILABLE', message: 'The disk of the database is full, so nothing was stored. Tell the operator to free some space, and try again.' },
  '57': BUSY,
  '40': CONFLICT,
  '55P03': CONFLICT,
  '23505': { code: 'ALREADY_EXISTS', message: 'Something with this name or id exists already.' },
  '23503': { code: 'NOT_FOUND', message: 'Something this refers to does not exist, or you have no access to it.' },
  '22001': { code: 'INVALID_ARGUMENT', message: 'A value is too long.' },
  '22003': { code: 'INVALID_ARGUMENT', message: 'A number is out of range.' },
  '22021': { code: 'INVALID_ARGUMENT', message: 'A text holds characters that cannot be stored (NUL or broken UTF-8).' },
  '22P05': { code: 'INVALID_ARGUMENT', message: 'A text holds characters that cannot be stored (NUL or broken UTF-8).' },
};

// Socket faults, and Prisma's own codes for "cannot connect", "pool timeout", "transaction did not start in time".
const CONNECTION_FAULTS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const CONNECTION_WORDS = /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|the database system is/;

/**
 * Turns faults that a caller can act on into DomainErrors, everything else passes as it is (a bug). Services give
 * better words where they know more: they catch by code and rethrow.
 */
export function translatePostgresError(error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error;
  const fault = error as DriverFault;
  const state = fault.meta?.driverAdapterError?.cause?.originalCode ?? PRISMA_STATES[fault.code ?? ''] ?? fault.code ?? '';
  const outcome =
    OUTCOMES[state] ??
    (/^[0-9A-Z]{5}$/.test(state) ? OUTCOMES[state.slice(0, 2)] : undefined) ??
    (CONNECTION_FAULTS.has(state) || CONNECTION_WORDS.test(error.message) ? BUSY : undefined);
  return outcome === undefined ? error : new DomainError(outcome.code, outcome.message, { sqlState: state }, { cause: error });
}

const PRISMA_STATES: Readonly<Record<string, string>> = { P2002: '23505', P2003: '23503', P2034: '40001', P2000: '22001' };

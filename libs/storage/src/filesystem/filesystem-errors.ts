import { DomainError, isDomainError, notFound } from '@modelyard/kernel';
import { errorCode } from '../error-code.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS']);
const TOO_LONG = new Set(['ENAMETOOLONG', 'EILSEQ']);

/** The code of a system error, such as `ENOENT`; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'syscall' in error ? errorCode(error) : undefined;
}

/**
 * What the caller is told of a system error. `what` may be absent (NOT_FOUND); without it absence is a failure of the
 * store. The message names no path: paths hold other tenants' ids.
 */
export function filesystemError(error: unknown, what?: string): unknown {
  const code = systemCode(error);
  if (isDomainError(error) || code === undefined) return error;
  if (what !== undefined && ABSENT.has(code)) return notFound(what);
  if (TOO_LONG.has(code)) return new DomainError('INVALID_ARGUMENT', `The filesystem cannot keep this name (${code}). Choose a shorter or plainer one.`);
  return new DomainError('UNAVAILABLE', unavailable(code), { systemCode: code }, { cause: error });
}

function unavailable(code: string): string {
  if (FULL.has(code)) {
    return `The artifact store is full (${code}). Nothing of this write was kept; ask the operator for space and send it again.`;
  }
  if (FORBIDDEN.has(code)) {
    return `The artifact store refuses access (${code}). Ask the operator to give the service its folder back, writable.`;
  }
  return `The artifact store failed (${code}). Try again; if it stays, ask the operator to look at the disk.`;
}

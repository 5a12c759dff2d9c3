/** The closed list of outcomes a caller can branch on. Each surface maps all of them (`Record<ErrorCode, ...>`). */
export const ERROR_CODES = [
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'INVALID_ARGUMENT',
  'FAILED_PRECONDITION',
  'CONFLICT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'QUOTA_EXCEEDED',
  'UNAVAILABLE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  /** The one input field to blame, in the words of the surface that took it. */
  readonly field?: string;
  readonly [key: string]: string | number | boolean | undefined;
}

/**
 * The only error that services, repositories and adapters throw on purpose. The message is shown to the person who
 * asked: it says what is wrong and what to do next, and never holds a secret or another tenant's data.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** True for a `DomainError`, of the given code if one is named. */
export function isDomainError(error: unknown, code?: ErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code);
}

/** Shorthand for the commonest outcome: a thing that is absent, or another tenant's, which must look the same. */
export function notFound(what: string): DomainError {
  return new DomainError('NOT_FOUND', `${what} does not exist, or you have no access to it.`);
}

import { S3ServiceException } from '@aws-sdk/client-s3';
import { DomainError, isDomainError, notFound } from '@modelyard/kernel';
import { errorCode } from '../error-code.js';
import { alreadyThere, invalidParts, rangeNotSatisfiable, uploadNotFound } from '../object-key.js';

const WRONG_PARTS = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);
const WRONG_INPUT = new Set(['KeyTooLongError', 'EntityTooLarge', 'InvalidDigest', 'BadDigest', 'IncompleteBody']);
const REFUSED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'AllAccessDisabled']);

/**
 * What the caller is told of an error of the S3 client. Only its name and status go on: its text and fields may hold
 * access key ids and signatures.
 */
export function s3Error(error: unknown, key: string, bucket: string): unknown {
  if (isDomainError(error)) return error;
  const name = nameOf(error);
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return namedError(name, key, bucket) ?? statusError(status, name, key) ?? unavailable('cannot be reached', errorCode(error) ?? name);
}

function namedError(name: string, key: string, bucket: string): DomainError | undefined {
  if (name === 'NoSuchBucket') return unavailable(`has no bucket '${bucket}'; create it or name another one`, name);
  if (name === 'NoSuchUpload') return uploadNotFound();
  if (name === 'InvalidRange') return rangeNotSatisfiable();
  if (WRONG_PARTS.has(name)) return invalidParts(`the store says ${name}; every part but the last needs 5 MiB, and each its own ETag`);
  if (WRONG_INPUT.has(name)) return new DomainError('INVALID_ARGUMENT', `The object store refused '${key}' (${name}). Send it again, whole.`);
  if (REFUSED.has(name)) return unavailable('refuses the credentials it was given; check key, secret and bucket policy', name);
  return undefined;
}

function statusError(status: number | undefined, name: string, key: string): DomainError | undefined {
  switch (status) {
    case undefined:
      return undefined;
    case 404:
      return notFound(`The object '${key}'`);
    case 409:
      return new DomainError('CONFLICT', `The object '${key}' is being written by somebody else, or its name clashes with a folder (${name}).`);
    case 412:
      return alreadyThere(key);
    case 416:
      return rangeNotSatisfiable();
    case 403:
      return unavailable('refuses the credentials it was given; check key, secret and bucket policy', name);
    case 507:
      return unavailable('is full; nothing of this write was kept', name);
    default:
      return unavailable('failed', `${name}, status ${status}`);
  }
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'unknown error';
}

function unavailable(what: string, reason: string): DomainError {
  return new DomainError('UNAVAILABLE', `The object store ${what} (${reason}). Try again; if it stays, tell the operator.`, { reason });
}

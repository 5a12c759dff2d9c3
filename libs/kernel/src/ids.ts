import { randomBytes } from 'node:crypto';
import { notFound } from './domain-error.js';

/** 32 lower-case hex digits, MLflow's run id. */
export function newRunId(): string {
  return randomBytes(16).toString('hex');
}

/** `m-` and 32 hex digits, MLflow's logged model id. */
export function newLoggedModelId(): string {
  return `m-${newRunId()}`;
}

export interface GlobalId {
  readonly type: string;
  readonly organizationId: number;
  readonly key: string;
}

/** GraphQL's opaque global id: base64url of `type:organization:key`. */
export function encodeGlobalId(type: string, organizationId: number, key: string | number | bigint): string {
  return Buffer.from(`${type}:${organizationId}:${key}`).toString('base64url');
}

/** Reads a global id back. Anything unreadable is NOT_FOUND, so that a damaged id and a foreign one look alike. */
export function decodeGlobalId(id: string): GlobalId {
  const match = /^([A-Za-z]{1,40}):(\d{1,9}):([\s\S]{1,1024})$/.exec(Buffer.from(id, 'base64url').toString('utf8'));
  const [, type, organization, key] = match ?? [];
  if (type === undefined || organization === undefined || key === undefined) throw notFound('The object');
  return { type, organizationId: Number(organization), key };
}

/** The key of an id of this type in this organization. NOT_FOUND when type or organization differ. */
export function keyOfGlobalId(id: string, type: string, organizationId: number): string {
  const decoded = decodeGlobalId(id);
  if (decoded.type !== type || decoded.organizationId !== organizationId) throw notFound(`The ${type}`);
  return decoded.key;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What the control plane and routers say to each other. Fields are only ever added. */
const id = z.number().int();

const route = z.object({
  organizationId: id,
  organization: z.string(),
  projectId: id,
  project: z.string(),
  /** Is it the project of requests that name none? */
  defaultProject: z.boolean(),
  endpointId: id,
  endpoint: z.string(),
  /** Only revisions that take traffic; `addresses` are those of ready replicas. */
  revisions: z.array(z.object({ number: id, percent: z.number(), addresses: z.array(z.string()) })),
});

export const routeTable = z.object({ version: z.number().int(), routes: z.array(route) });

const tokenDigest = z.object({
  id: z.string(),
  /** Of the secret part, hex. */
  sha256: z.string(),
  organizationId: id,
  /** Of requests that name no project. */
  defaultProjectId: id.nullable(),
  /** Where it may call endpoints: projects by id, null for all but `except`. */
  projects: z.array(id).nullable(),
  except: z.array(id),
  /** Milliseconds since the epoch. */
  expiresAt: z.number().nullable(),
});

export const tokenTable = z.object({ version: z.string(), tokens: z.array(tokenDigest) });

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const trafficReport = z.object({
  entries: z
    .array(z.object({ organizationId: id, endpointId: id, revision: id, minute: z.number().int(), requests: count, errors: count, latency: z.array(count).max(64) }))
    .max(10_000),
});

export type Route = z.output<typeof route>;
export type RouteTable = z.output<typeof routeTable>;
export type TokenDigest = z.output<typeof tokenDigest>;
export type TokenTable = z.output<typeof tokenTable>;
export type TrafficReport = z.output<typeof trafficReport>;

/** Header of the feed's answers: proof that who answers knows the router's credential. */
export const FEED_SIGNATURE = 'modelyard-signature';

export function signFeed(credential: string, body: string): string {
  return createHmac('sha256', credential).update('modelyard-feed').update(body).digest('hex');
}

export function isFeedSignature(credential: string, body: string, signature: string): boolean {
  const expected = Buffer.from(signFeed(credential, body));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

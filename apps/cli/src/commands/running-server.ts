import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stateFile, type RunningState } from '../up/up.js';
import { UsageError } from './usage.js';

/** The product started by `modelyard up` on this machine, by its data folder. Null when none runs. */
export function findRunning(): RunningState | null {
  const file = stateFile(path.resolve(process.env['MODELYARD_DATA_DIR'] ?? './.modelyard'));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunningState) : null;
}

/** Calls the GraphQL API of MODELYARD_URL or of the product running here, with MODELYARD_TOKEN if set. */
export async function graphql<T>(query: string, variables: Record<string, unknown>, organization?: string): Promise<T> {
  const url = process.env['MODELYARD_URL'] ?? findRunning()?.url;
  if (url === undefined) throw new UsageError('No Modelyard runs on this data folder. Start it with `npm start`, or set MODELYARD_URL (and MODELYARD_TOKEN).');
  const token = process.env['MODELYARD_TOKEN'];
  const prefix = organization === undefined ? '' : `/orgs/${encodeURIComponent(organization)}`;
  let response: Response;
  try {
    response = await fetch(`${url}${prefix}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
  } catch (cause) {
    throw new UsageError(`Modelyard does not answer at ${url}. Is it running?`, { cause });
  }
  const body = (await response.json()) as { data?: T; errors?: { message: string }[]; error?: { message: string } };
  const complaint = body.errors?.[0]?.message ?? body.error?.message;
  if (complaint !== undefined || body.data === undefined) throw new UsageError(complaint ?? `Unexpected answer from ${url} (HTTP ${response.status}).`);
  return body.data;
}

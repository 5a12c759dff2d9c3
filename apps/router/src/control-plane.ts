import { FEED_SIGNATURE, isFeedSignature, routeTable, tokenTable, type RouteTable, type TokenTable, type TrafficReport } from '@modelyard/kernel';
import type { z } from 'zod';

export interface ControlPlaneOptions {
  /** Of the gateway, without a slash at the end. */
  readonly url: string;
  readonly credential: string;
  /** Of this process; the control plane keeps which table each router serves from. */
  readonly routerId: string;
}

/** The control plane says no to this very report; sending it again changes nothing. */
export class ReportRefused extends Error {}

// The control plane holds a question without news for up to 25 s.
const POLL_TIMEOUT_MS = 35_000;
const REPORT_TIMEOUT_MS = 10_000;
const MAX_TABLE_BYTES = 128 * 1024 * 1024;

/**
 * The router's side of the feed:
 * - `GET /internal/router/routes?after=<version>&router=<uuid>&applied=<version>` answers a RouteTable as soon as its
 *   version differs from `after`; `applied` is the version this router serves from (0: none).
 * - `GET /internal/router/tokens?after=<version>` answers a TokenTable likewise.
 * - `POST /internal/router/reports` takes a TrafficReport.
 *
 * After a while without news the same table or 304 comes. All carry `Authorization: Bearer <router credential>`; tables
 * count only with the FEED_SIGNATURE of that credential over their bytes.
 */
export class ControlPlane {
  constructor(private readonly options: ControlPlaneOptions) {}

  /** Null: no news. */
  routes(applied: number, stop: AbortSignal): Promise<RouteTable | null> {
    return this.table(`routes?after=${applied}&router=${this.options.routerId}&applied=${applied}`, routeTable, stop);
  }

  /** Null: no news. */
  tokens(after: string, stop: AbortSignal): Promise<TokenTable | null> {
    return this.table(`tokens?after=${encodeURIComponent(after)}`, tokenTable, stop);
  }

  async report(report: TrafficReport, timeoutMs = REPORT_TIMEOUT_MS): Promise<void> {
    const response = await this.fetch('reports', AbortSignal.timeout(timeoutMs), { method: 'POST', body: JSON.stringify(report), headers: { 'content-type': 'application/json' } });
    await response.body?.cancel();
    if (response.ok) return;
    if (response.status === 400 || response.status === 413 || response.status === 422) throw new ReportRefused(`The control plane refuses the traffic report (${response.status}).`);
    throw new Error(`The control plane answers ${response.status} to the traffic report.`);
  }

  private async table<T>(query: string, schema: z.ZodType<T>, stop: AbortSignal): Promise<T | null> {
    const response = await this.fetch(query, AbortSignal.any([stop, AbortSignal.timeout(POLL_TIMEOUT_MS)]));
    if (response.status === 304) return null;
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`The control plane answers ${response.status}.`);
    }
    const body = await readText(response);
    if (!isFeedSignature(this.options.credential, body, response.headers.get(FEED_SIGNATURE) ?? '')) {
      throw new Error('The signature of the control plane\'s answer is wrong: it does not know this router\'s credential, or somebody is in between.');
    }
    return schema.parse(JSON.parse(body));
  }

  private fetch(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${this.options.credential}` };
    return fetch(`${this.options.url}/internal/router/${path}`, { ...init, headers, signal, redirect: 'error' });
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_TABLE_BYTES) throw new Error(`The control plane's answer is larger than ${MAX_TABLE_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

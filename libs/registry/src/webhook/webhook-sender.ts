import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { webhookTarget, type Resolve, type WebhookTarget } from './webhook-target.js';

export interface WebhookAnswer {
  readonly status: number;
  /** The beginning of what was answered. */
  readonly body: string;
  /** Milliseconds that the receiver asks to wait; null when it does not. */
  readonly retryAfterMs: number | null;
}

export interface WebhookSenderOptions {
  readonly resolve?: Resolve;
  /** Certificates to trust, beside those of Node; for tests. */
  readonly ca?: string;
  readonly timeoutMs?: number;
}

// As MLflow's MLFLOW_WEBHOOK_REQUEST_TIMEOUT.
const TIMEOUT_MS = 30_000;
const LOOKUP_TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 16 * 1024;

/** Sends deliveries: to the address that was checked, with no redirects and no proxy. */
export class WebhookSender {
  constructor(private readonly options: WebhookSenderOptions = {}) {}

  /** Throws INVALID_ARGUMENT when webhooks may not go there. */
  target(url: string, allowedHosts: ReadonlySet<string>): Promise<WebhookTarget> {
    return webhookTarget(url, allowedHosts, this.options.resolve ?? resolveByDns);
  }

  /** Rejects when nothing came back within 30 s. Any status is an answer. */
  send({ url, address }: WebhookTarget, headers: Readonly<Record<string, string>>, body: string): Promise<WebhookAnswer> {
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    const secure = url.protocol === 'https:';
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    const common = {
      host: address,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'modelyard-webhook' },
      agent: false as const,
      signal,
    };
    return new Promise((resolve, reject) => {
      const answered = (response: IncomingMessage) => {
        readBeginning(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text, retryAfterMs: retryAfter(response.headers['retry-after']) }), reject);
      };
      // The certificate must be the host's, not the address's.
      const request = secure ? httpsRequest({ ...common, ca: this.options.ca, ...(isIP(hostname) > 0 ? {} : { servername: hostname }) }, answered) : httpRequest(common, answered);
      request.on('error', (error) => reject(signal.aborted ? new Error('the receiver took too long to answer', { cause: error }) : error));
      request.end(body);
    });
  }
}

async function resolveByDns(hostname: string): Promise<string[]> {
  const found = await Promise.race([
    lookup(hostname, { all: true }),
    new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error(`looking up '${hostname}' took too long`)), LOOKUP_TIMEOUT_MS).unref()),
  ]);
  return found.map(({ address }) => address);
}

async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY_BYTES) break;
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

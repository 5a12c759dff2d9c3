import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

// RFC 9110, 7.6.1, with the older names that are still sent.
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

// A model is other people's code: it learns neither who calls nor with what.
const NOT_FOR_MODELS = new Set([...HOP_BY_HOP, 'authorization', 'cookie', 'host', 'expect', 'content-length', 'forwarded', 'via', 'origin', 'referer', 'x-real-ip', 'x-mlflow-workspace', 'x-request-id']);

/** The headers of a request to a model server. Body length and request id are the caller's to add. */
export function headersForModel(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(headers.connection);
  const forwarded: OutgoingHttpHeaders = {};
  for (const name in headers) {
    if (NOT_FOR_MODELS.has(name) || named.has(name) || name.startsWith('x-forwarded-') || name.startsWith('modelyard-')) continue;
    forwarded[name] = headers[name];
  }
  return forwarded;
}

// Answers may be seen under the dashboard's origin: no cookies, redirects or policies from a model.
const FROM_MODELS = ['content-type', 'content-length', 'content-encoding', 'content-language', 'cache-control', 'etag', 'last-modified', 'vary', 'retry-after', 'allow', 'warning', 'server-timing', 'inference-header-content-length'] as const;

/** The headers of a model's answer that callers get, and two that keep a browser from running it. */
export function headersFromModel(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const answer: Record<string, string | string[]> = { 'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'" };
  for (const name of FROM_MODELS) {
    const value = headers[name];
    if (value !== undefined) answer[name] = value;
  }
  return answer;
}

const NONE: ReadonlySet<string> = new Set();

function namedByConnection(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  return new Set(connection.toLowerCase().split(',').map((name) => name.trim()));
}

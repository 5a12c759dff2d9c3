import type { Answer } from './exchange.js';
import type { ReplayCase, Step } from './replay-case.js';

export interface Tolerated {
  readonly name: string;
  readonly reason: string;
  readonly matches: (difference: { readonly section: string; readonly replayed: ReplayCase; readonly step: Step; readonly theirs: Answer; readonly ours: Answer }) => boolean;
}

/** A 4xx in the shape that clients read. */
function refuses({ status, body }: Answer): boolean {
  const { error_code: code, message } = (body ?? {}) as { error_code?: unknown; message?: unknown };
  return status >= 400 && status < 500 && typeof code === 'string' && typeof message === 'string' && message !== '';
}

/** The differences that are meant, each with its reason. Never one of a well-formed call of experiments, runs, metrics, artifacts or the registry. */
export const TOLERATED: readonly Tolerated[] = [
  {
    name: 'a crash of MLflow',
    reason: 'MLflow answers 5xx (an unhandled exception); we refuse the same request with a 4xx and a sentence, as a client retries 5xx for minutes.',
    matches: ({ theirs, ours }) => theirs.status >= 500 && refuses(ours),
  },
  {
    name: 'an HTML page',
    reason: 'MLflow answers an HTML page (unknown path, wrong method); we answer a 4xx as JSON with an error_code.',
    matches: ({ theirs, ours }) => theirs.status >= 400 && theirs.contentType === 'text/html' && refuses(ours),
  },
  {
    name: 'SQL in a message',
    reason: 'MLflow shows the failed statement of its database, with its parameters; we say the same without it.',
    matches: ({ theirs, ours }) => theirs.status >= 400 && theirs.status < 500 && refuses(ours) && /\(sqlite3\.\w+Error\)/.test(String((theirs.body as { message?: unknown } | null)?.message)),
  },
];

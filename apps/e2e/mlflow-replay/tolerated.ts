import type { Answer } from './exchange.js';
import type { ReplayCase, Step } from './replay-case.js';

interface Difference {
  readonly section: string;
  readonly replayed: ReplayCase;
  readonly step: Step;
  readonly theirs: Answer;
  readonly ours: Answer;
}

export interface Tolerated {
  readonly name: string;
  readonly reason: string;
  readonly matches: (difference: Difference) => boolean;
}

const field = ({ body }: Answer, name: string): unknown => (typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined);
const message = (answer: Answer) => String(field(answer, 'message') ?? '');

/** A 4xx in the shape that clients read. */
function refuses(answer: Answer): boolean {
  return answer.status >= 400 && answer.status < 500 && typeof field(answer, 'error_code') === 'string' && message(answer) !== '';
}

/** Refused by both with the same status and code: the words differ. */
const otherWords = ({ theirs, ours }: Difference) => refuses(ours) && ours.status === theirs.status && field(ours, 'error_code') === field(theirs, 'error_code');

/**
 * The differences that are meant, each with its reason. None is of a well-formed call of experiments, runs, metrics,
 * artifacts or the registry: they are about requests that nobody means, or words of an error.
 */
export const TOLERATED: readonly Tolerated[] = [
  {
    name: 'a crash of MLflow',
    reason: 'MLflow answers 5xx (an unhandled exception); we refuse the same request with a 4xx and a sentence, as a client retries 5xx for minutes.',
    matches: ({ theirs, ours }) => theirs.status >= 500 && refuses(ours),
  },
  {
    name: 'an HTML page',
    reason: 'MLflow answers an HTML page (unknown path, wrong method), or redirects to the path without the doubled slash; we answer a 4xx as JSON with an error_code.',
    matches: ({ theirs, ours }) => theirs.status >= 300 && theirs.contentType === 'text/html' && refuses(ours),
  },
  {
    name: 'SQL in a message',
    reason: 'MLflow shows the failed statement of its database, with its parameters; we refuse too and say it without them.',
    matches: ({ theirs, ours }) => theirs.status >= 400 && theirs.status < 500 && refuses(ours) && /\(sqlite3\.\w+Error\)/.test(message(theirs)),
  },
  {
    name: 'an error of the download route',
    reason: "MLflow's newer download route answers {detail} where all its others answer {error_code, message}; we keep the shape that clients read.",
    matches: ({ theirs, ours }) => typeof field(theirs, 'detail') === 'string' && refuses(ours) && ours.status === theirs.status,
  },
  {
    name: 'a page token of nonsense',
    reason: 'Tokens are opaque, and ours are not offsets: MLflow shows what it decoded.',
    matches: (difference) => otherWords(difference) && /page.token|Incorrect padding|Invalid base64/i.test(message(difference.theirs) + message(difference.ours)),
  },
  {
    name: 'words about an unreadable filter',
    reason: 'A filter that is none is refused by both; MLflow lists the tokens of its SQL lexer, we name the clause and its position.',
    matches: (difference) => otherWords(difference) && difference.section.startsWith('search ') && /^Invalid (?:clause\(s\)|filter string|comparison|comparator|entity type|order)|^Expected|^Search filter|^Only |^Parameter value|^While parsing|^Invalid value for max_results/.test(message(difference.theirs)),
  },
  {
    name: 'a path made to mislead',
    reason: "A path with a backslash, a control character, or '.' or empty names: MLflow on Linux takes some of them as plain names; other systems read folders out of them, so we refuse all.",
    matches: ({ section, theirs, ours }) => section.startsWith('artifacts') && message(ours) === 'Invalid path' && theirs.status !== 500,
  },
  {
    name: 'limits that SQLite does not hold',
    reason: "MLflow checks no tags of a new run and no new name of a run: PostgreSQL and MySQL refuse what is longer than the column, SQLite takes it. We hold the limits of set-tag.",
    matches: ({ section, replayed, step }) => section === 'runs' && /tag (?:value|key) of|a tag without key|a tag with a bad key|name of 8001/.test(replayed.title) && /runs\/(?:create|update|get)$/.test(step.path),
  },
  {
    name: 'a page of nothing',
    reason: 'For max_results of 0 or less MLflow\'s searches of models answer an empty page with a token to the same page: a client that follows it never ends. We refuse.',
    matches: ({ section, replayed, theirs, ours }) => /^search (?:registered|logged) models$/.test(section) && /max_results is (?:0|-1)/.test(replayed.title) && theirs.status === 200 && refuses(ours),
  },
  {
    name: 'a status of nonsense',
    reason: 'MLflow finalizes a logged model with a status it does not know as UNSPECIFIED, which no reader of it expects, and one that is deleted; we refuse.',
    matches: ({ section, replayed }) => section === 'logged models' && /status is a list|an unknown status|status (?:0|99)|PATCH: deleted/.test(replayed.title),
  },
  {
    name: 'NaN among points of one instant',
    reason: 'MLflow stores NaN as 0 beside a flag and sorts it so; we sort it after all numbers. Only points of the same timestamp and step are affected.',
    matches: ({ section, replayed, step }) => section === 'metrics' && /NaN after a number/.test(replayed.title) && step.path.endsWith('get-history'),
  },
  {
    name: 'a search that MLflow cannot match',
    reason: "MLflow compares a logged model's status, which is a number there, with a text, and a dataset without digest with the digest NULL: nothing ever matches. Ours match.",
    matches: ({ section, replayed, theirs }) => section === 'search logged models' && /^a dataset$|^filter status/.test(replayed.title) && theirs.status === 200,
  },
];

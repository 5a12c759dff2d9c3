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

/** OpenTelemetry's clients read `{detail}`. */
const isOtlpRefusal = (answer: Answer) => answer.status === 400 && typeof field(answer, 'detail') === 'string';

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
    matches: ({ theirs, ours }) => theirs.status >= 500 && (refuses(ours) || isOtlpRefusal(ours)),
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
    matches: (difference) => otherWords(difference) && /^search |^trace metrics$/.test(difference.section) && /^Invalid (?:clause\(s\)|filter string|comparison|comparator|entity type|order|view type)|^Span attribute name|^span\.\w+ comparator|^Assessment field name|^Expected|^Search filter|^Only |^Parameter value|^While parsing|^Invalid value for max_results/.test(message(difference.theirs)),
  },
  {
    name: 'a path made to mislead',
    reason: "A path with a backslash, a control character, or '.' or empty names: MLflow on Linux takes some of them as plain names; other systems read folders out of them, so we refuse all.",
    matches: ({ section, theirs, ours }) => section.startsWith('artifacts') && message(ours) === 'Invalid path' && theirs.status !== 500,
  },
  {
    name: 'what SQLite lets pass',
    reason: 'MLflow leaves to the database the length of tags of a new run and of keys of traces, numbers compared with words, and broken regular expressions: PostgreSQL and MySQL refuse them, SQLite takes them. We refuse.',
    matches: ({ section, replayed: { title }, step, theirs, ours }) =>
      section === 'runs' && /tag (?:value|key) of|a tag without key|a tag with a bad key|name of 8001/.test(title) && /runs\/(?:create|update|get)$/.test(step.path) ||
      /traces$/.test(section) && / key of 251$/.test(title) ||
      section === 'search traces' && theirs.status === 200 && refuses(ours) && /^filter (?:timestamp_ms = 'x'|name RLIKE '\('|tags\. = )/.test(title),
  },
  {
    name: 'a page of nothing',
    reason: "For max_results of 0 or less MLflow's searches of models answer an empty page with a token to the same page: a client that follows it never ends. Its metrics of traces answer nothing, or all; with an interval below 0, times of nowhere. We refuse.",
    matches: ({ section, replayed, theirs, ours }) => /^search (?:registered|logged) models$|^trace metrics$/.test(section) && /max_results is (?:0|-1)|a negative interval/.test(replayed.title) && theirs.status === 200 && refuses(ours),
  },
  {
    name: 'a call of traces that MLflow fails by accident',
    reason: "MLflow fails on a batch that holds a trace with its spans in a file, on order_by end_time, on a prompt linked twice, on a trace that brings its own artifact location, and on the key `text` without its prefix. Ours answer.",
    matches: ({ section, replayed: { title }, step, theirs, ours }) => ours.status === 200 && theirs.status >= 400 && (
      section === 'traces' && (step.path.endsWith('/batchGet') && message(theirs) === 'Trace data not stored in tracking store' || title === 'an artifact location' || /link-prompts: wrong: one twice$/.test(title)) ||
      section === 'search traces' && /^order end_time_ms$|^filter text LIKE/.test(title)),
  },
  {
    name: 'a trace or an assessment without a name',
    reason: 'MLflow stores a trace with the empty id and an assessment with the empty name, which no route can then ask for; we refuse.',
    matches: ({ section, replayed: { title } }) => section === 'traces' && /^(?:no|an empty) trace id$/.test(title) || section === 'assessments' && /^(?:no|an empty) name$/.test(title),
  },
  {
    name: 'spans that MLflow loses or garbles',
    reason: "MLflow reads the ids of links in OTLP's JSON as base64 and leaves links out of its answers; a span without an end makes its trace end in 1970; plain spans that come after their trace change its times, which spans with tokens do not. Ours keep links and the times that the client gave, and a trace that has not ended has no duration.",
    matches: ({ section, replayed: { title }, theirs, ours }) => section === 'spans' && /^links$|^no end$|^no times$|^the trace, then spans$/.test(title) && theirs.status === ours.status,
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

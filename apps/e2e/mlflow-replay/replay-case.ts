/**
 * A case is data: requests that go to both servers in the same order. Texts may hold `<name>`: what an earlier step bound
 * under that name on the same side. `{n}` becomes a number of the case's own, so that names do not meet.
 */
export interface Step {
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/mlflow/...` is mounted under `/api/2.0`; any other path is taken as it is. */
  readonly path: string;
  readonly mount?: Mount;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Name -> where it is in the answer, as `run.info.run_id` or `runs.0.info.run_id`. */
  readonly bind?: Readonly<Record<string, string>>;
  /** Names whose bound values are put in order before it is sent, for answers that are ordered by generated ids. */
  readonly sort?: readonly string[];
  /** Names of answer headers that are compared too. */
  readonly compareHeaders?: readonly string[];
}

export type Mount = '/api/2.0' | '/ajax-api/2.0' | '/api/3.0' | '/ajax-api/3.0';

export interface ReplayCase {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface Section {
  readonly name: string;
  /** It needs a server with workspaces, which writes locations of artifacts in another way. */
  readonly workspaces?: boolean;
  /** Sent once before the cases, and compared as they are. */
  readonly setup: readonly Step[];
  readonly cases: readonly ReplayCase[];
}

type Extra = Omit<Step, 'verb' | 'path' | 'body' | 'query'>;

export const get = (path: string, query: Step['query'] = {}, extra: Extra = {}): Step => ({ verb: 'GET', path, query, ...extra });
export const post = (path: string, body: unknown, extra: Extra = {}): Step => ({ verb: 'POST', path, body, ...extra });
export const patch = (path: string, body: unknown, extra: Extra = {}): Step => ({ verb: 'PATCH', path, body, ...extra });
export const remove = (path: string, body: unknown, extra: Extra = {}): Step => ({ verb: 'DELETE', path, body, ...extra });
export const raw = (verb: Step['verb'], path: string, text: string, extra: Extra = {}): Step => ({ verb, path, raw: text, ...extra });

/** A case of its steps. */
export const of = (title: string, ...steps: Step[]): ReplayCase => ({ title, steps });

/** One case for each entry: its title and the request that it makes. */
export const each = <T>(entries: Readonly<Record<string, T>>, steps: (value: T) => readonly Step[] | Step): ReplayCase[] =>
  Object.entries(entries).map(([title, value]) => ({ title, steps: [steps(value)].flat() }));

type Fields = Readonly<Record<string, unknown>>;

export interface Five {
  /** A message that is answered with 200. */
  readonly fine: Fields;
  /** Of all requests but the one on the other mount; `/api/2.0` when absent. */
  readonly mount?: Mount;
  /** Steps before each request: what it works on. */
  readonly before?: readonly Step[];
  /** Steps after each request: what became of it. */
  readonly after?: readonly Step[];
  /** Fields that are left out, one case each (and one with the empty text). */
  readonly missing?: readonly string[];
  /** Changes of the fine message, one case each. */
  readonly wrong?: Readonly<Record<string, Fields>>;
  readonly over?: Readonly<Record<string, Fields>>;
  readonly foreign?: Readonly<Record<string, Fields>>;
}

/** The cases that every route has: fine (on both mounts, with an unknown field, double-encoded), missing field, wrong type, over the limit, foreign id. */
export function fiveOf(verb: Step['verb'], path: string, five: Five): ReplayCase[] {
  const name = `${verb} ${path}`;
  const request = (message: Fields, extra: Partial<Step> = {}): Step => (verb === 'GET' ? { verb, path, mount: five.mount, query: message as Step['query'], ...extra } : { verb, path, mount: five.mount, body: message, ...extra });
  const one = (title: string, step: Step): ReplayCase => ({ title: `${name}: ${title}`, steps: [...(five.before ?? []), step, ...(five.after ?? [])] });
  const changed = (kind: string, changes: Readonly<Record<string, Fields>> = {}) => Object.entries(changes).map(([title, change]) => one(`${kind}: ${title}`, request({ ...five.fine, ...change })));
  const without = (field: string) => Object.fromEntries(Object.entries(five.fine).filter(([key]) => key !== field));
  return [
    one('fine', request(five.fine)),
    one('on the other mount', request(five.fine, { mount: otherMount(five.mount ?? '/api/2.0') })),
    one('with an unknown field', request({ ...five.fine, unknown_field: 'x' })),
    ...(verb === 'GET' ? [] : [one('in JSON in JSON', { verb, path, mount: five.mount, raw: JSON.stringify(JSON.stringify(five.fine)) }), one('an empty body', { verb, path, mount: five.mount, raw: '' })]),
    ...(five.missing ?? []).flatMap((field) => [one(`without ${field}`, request(without(field))), one(`${field} is empty`, request({ ...five.fine, [field]: '' }))]),
    ...changed('wrong', five.wrong),
    ...changed('over the limit', five.over),
    ...changed('foreign', five.foreign),
  ];
}

const otherMount = (mount: Mount): Mount => (mount === '/api/2.0' ? '/ajax-api/2.0' : mount === '/api/3.0' ? '/ajax-api/3.0' : mount === '/ajax-api/2.0' ? '/api/2.0' : '/api/3.0');

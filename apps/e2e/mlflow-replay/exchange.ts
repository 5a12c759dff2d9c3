import type { Step } from './replay-case.js';

export interface Side {
  readonly url: string;
  /** What steps bound, by name. */
  readonly bindings: Map<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON with exact integers, else the text. */
  readonly body: unknown;
}

/** Sends one step to one side and binds what it asks for. */
export async function exchange(side: Side, step: Step, number: number): Promise<Answer> {
  const ordered = (step.sort ?? []).map((name) => side.bindings.get(name) ?? '').sort();
  step.sort?.forEach((name, index) => side.bindings.set(name, ordered[index] ?? ''));
  const fill = (text: string) => text.replaceAll('{n}', String(number)).replace(/<([a-z][\w-]*)>/gi, (all, name: string) => side.bindings.get(name) ?? all);
  const path = fill(step.path);
  const mounted = path.startsWith('/mlflow') ? `${step.mount ?? '/api/2.0'}${path}` : path;
  const query = new URLSearchParams(Object.entries(step.query ?? {}).flatMap(([key, value]) => [value ?? []].flat().map((item): [string, string] => [key, fill(String(item))])));
  const text = step.raw ?? (step.body === undefined ? undefined : stringify(step.body));
  const response = await fetch(`${side.url}${mounted}${query.size === 0 ? '' : `?${query.toString()}`}`, {
    method: step.verb,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name, fill(value)])) },
    body: text === undefined ? undefined : fill(text),
    redirect: 'manual',
  });
  const answer: Answer = {
    status: response.status,
    contentType: (response.headers.get('content-type') ?? '').split(';')[0] ?? '',
    headers: Object.fromEntries((step.compareHeaders ?? []).map((name) => [name, response.headers.get(name) ?? ''])),
    body: parse(await response.text()),
  };
  for (const [name, at] of Object.entries(step.bind ?? {})) {
    const value = valueAt(answer.body, at);
    if (typeof value === 'string' || typeof value === 'number') side.bindings.set(name, String(value));
  }
  for (const [name, at] of Object.entries(MADE)) {
    const value = valueAt(answer.body, at);
    if (typeof value === 'string' && ![...side.bindings.values()].includes(value)) side.bindings.set(name, value);
  }
  return answer;
}

/** Ids of what a request made are bound even when no case asks for them. */
const MADE = { 'new-experiment': 'experiment_id', 'new-run': 'run.info.run_id', 'new-model': 'model.info.model_id', 'new-trace': 'trace_info.request_id', 'new-assessment': 'assessment.assessment_id' };

const valueAt = (body: unknown, at: string) => at.split('.').reduce<unknown>((here, part) => (here as Record<string, unknown> | undefined)?.[part], body);

/** bigint is written as an integer literal, `NaN` and the infinities as Python reads them. */
export function stringify(value: unknown): string {
  const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? rawJson(item.toString()) : item));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, ((_key: string, value: unknown, context: { source?: string }) =>
      typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '') ? `integer ${context.source ?? ''}` : value) as (key: string, value: unknown) => unknown);
  } catch {
    return text;
  }
}

import type { Answer, Side } from './exchange.js';

// What the servers set themselves lies within the run of the suite; times that cases send are far away from it.
const CLOCK_SLACK_MS = 3_600_000;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const GENERATED_ASSESSMENT = /^a-[\da-f]{32}$/;
const GENERATED_NAME = /^[a-z]+-[a-z]+-\d+$/;
const NAME_KEYS = new Set(['run_name', 'value', 'name']);
// Short bound values (experiment ids) are replaced only where an id can be.
const ID_KEYS = new Set(['experiment_id', 'experiment_ids', 'artifact_uri', 'artifact_location', 'root_uri', 'message', 'source', 'storage_location']);
const LOGARITHMIC = new Set(['npmi', 'npmi_smoothed']);
const SHORT = 8;

/** An answer with all that must differ between two servers replaced: bound values, times of now, generated names, page tokens. */
export function normalise(answer: Answer, side: Side): unknown {
  const bound = [...side.bindings].sort(([, a], [, b]) => b.length - a.length);
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return inOrder(value.map((item) => visit(item, key)), key);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
    if (typeof value === 'number' && key === 'experiment_id') return nameOf(bound, String(value)) ?? value;
    // The last digits of logarithms are not the same in Python and JavaScript.
    if (typeof value === 'number' && LOGARITHMIC.has(key)) return Number(value.toPrecision(12));
    if (typeof value === 'number') return Math.abs(value - Date.now()) < CLOCK_SLACK_MS ? '<now>' : value;
    if (typeof value !== 'string') return value;
    if (key === 'assessment_id' && GENERATED_ASSESSMENT.test(value)) return '<generated>';
    if (key === 'next_page_token') return value === '' ? '' : '<token>';
    if (TIMESTAMP.test(value) && Math.abs(Date.parse(value) - Date.now()) < CLOCK_SLACK_MS) return '<now>';
    if (NAME_KEYS.has(key) && GENERATED_NAME.test(value)) return '<generated>';
    let text = value;
    for (const [name, id] of bound) {
      if (id.length >= SHORT) text = text.replaceAll(id, `<${name}>`);
      else if (ID_KEYS.has(key) || value.startsWith('mlflow-artifacts:/')) text = text.replace(new RegExp(`(?<=^|id=|id |ID '|:/|experiment |[\"']${key === 'artifact_location' ? '|\\w/' : ''})${id}(?=\\.?$|[/' ?\"])`, 'g'), `<${name}>`);
    }
    return key === 'message' ? withSortedSets(text) : text;
  };
  return { status: answer.status, ...(Object.keys(answer.headers).length === 0 ? {} : { headers: answer.headers }), body: visit(answer.body, '') };
}

/** MLflow reads these lists without an order, and its clients make maps of them: they are compared by key. */
function inOrder(items: unknown[], key: string): unknown[] {
  const isMap = UNORDERED.has(key) && items.every((item) => typeof item === 'object' && item !== null && 'key' in item && !('run_id' in item));
  if (!isMap || new Set(items.map(keyOf)).size < items.length) return items;
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Python prints its sets in an order of the moment. */
const withSortedSets = (message: string) => message.replace(/\{('[^{}]*)\}?/g, (_all, items: string) => `{${items.split(', ').sort().join(', ')}}`);

const UNORDERED = new Set(['tags', 'params', 'metrics', 'request_metadata']);
const keyOf = (item: unknown) => String((item as { key?: unknown }).key);

/** Where two normalised answers differ, one line each; nothing when they are equal. Key order does not matter, list order does. */
export function differences(theirs: unknown, ours: unknown, at = ''): string[] {
  if (Object.is(theirs, ours)) return [];
  const bothObjects = typeof theirs === 'object' && typeof ours === 'object' && theirs !== null && ours !== null && Array.isArray(theirs) === Array.isArray(ours);
  if (!bothObjects) return [`${at}\n      mlflow ${show(theirs)}\n      ours   ${show(ours)}`];
  const left = theirs as Record<string, unknown>;
  const right = ours as Record<string, unknown>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differences(left[key], right[key], at === '' ? key : `${at}.${key}`));
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}

function nameOf(bound: readonly (readonly [string, string])[], id: string): string | undefined {
  const name = bound.find(([, value]) => value === id)?.[0];
  return name === undefined ? undefined : `<${name}>`;
}

import type { StoredSpan } from './stored-span.js';

/** What the sums of a trace need to know of a span. */
export type SumNode = Pick<StoredSpan, 'spanId' | 'parentSpanId' | 'tokenUsage' | 'cost'>;

/** Sums by MLflow's keys, such as `input_tokens`; null when no span has any. */
export type Sums = Readonly<Record<string, number>> | null;

const TOKENS = ['input_tokens', 'output_tokens', 'total_tokens'];
const CACHE_TOKENS = ['cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation_input_tokens_above_1hr'];
const COSTS = ['input_cost', 'output_cost', 'total_cost'];

export function sumTokens(spans: readonly SumNode[]): Sums {
  return sumTree(spans, 'tokenUsage', TOKENS, CACHE_TOKENS);
}

/** US dollars. */
export function sumCosts(spans: readonly SumNode[]): Sums {
  return sumTree(spans, 'cost', COSTS, []);
}

/**
 * Sums over the tree of spans. A span below one that has data counts nothing: frameworks note the total of the children
 * on the parent (mlflow.tracing.utils._aggregate_from_nodes). A loop instead of recursion: traces are deep at times.
 */
function sumTree(spans: readonly SumNode[], field: 'tokenUsage' | 'cost', keys: readonly string[], optionalKeys: readonly string[]): Sums {
  if (spans.every((span) => span[field] === null)) return null;
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string, SumNode[]>();
  const stack: { span: SumNode; covered: boolean }[] = [];
  for (const span of spans) {
    if (span.parentSpanId === null || !ids.has(span.parentSpanId)) stack.push({ span, covered: false });
    else append(children, span.parentSpanId, span);
  }
  const totals: Record<string, number> = Object.fromEntries(keys.map((key) => [key, 0]));
  let found = false;
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { span, covered } = entry;
    const json = span[field];
    if (json !== null && !covered) {
      const data = JSON.parse(json) as Record<string, unknown>;
      for (const key of keys) totals[key] = (totals[key] ?? 0) + numberOf(data[key]);
      for (const key of optionalKeys) if (data[key] !== undefined) totals[key] = (totals[key] ?? 0) + numberOf(data[key]);
      found = true;
    }
    for (const child of children.get(span.spanId) ?? []) stack.push({ span: child, covered: covered || json !== null });
  }
  return found ? totals : null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function append(lists: Map<string, SumNode[]>, key: string, span: SumNode): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [span]);
  else list.push(span);
}

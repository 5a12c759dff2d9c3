/**
 * JSON with exact 64-bit integers. `JSON.parse` alone turns 2^60+1 into another number, which corrupts steps and span
 * times (MLflow's wire has int64 as JSON numbers).
 */

// Integer literals of 16 digits and more may pass 2^53; shorter ones never do. A fraction or exponent is not an integer.
const LONG_INTEGER = /(?:^|[:[,\s])-?\d{16,}\s*(?:[,}\]]|$)/;

type ReviverWithSource = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver?: ReviverWithSource) => unknown;
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

const exactIntegers: ReviverWithSource = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(context.source)) return value;
  return BigInt(context.source);
};

/** Parses JSON; integers beyond 2^53 become `bigint`, all others stay numbers. Throws SyntaxError like `JSON.parse`. */
export function parseJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? parseWithSource(text, exactIntegers) : JSON.parse(text);
}

/** Serialises JSON; `bigint` becomes an integer literal. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? rawJson(item.toString()) : item));
}

import type { SpanInput, SpanStatus } from '@modelyard/tracking';
import { invalidFormat, notConvertible, OtlpRefusal } from './otlp-refusal.js';

/** What both encodings of OTLP have in common. */

/** Protobuf allows 100 nested messages; a value in a list or map is two below it. */
export const MAX_VALUE_DEPTH = 46;
const MAX_SPANS = 20_000;

const STATUSES: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR'];

/** Collects spans, no more than a request may hold. */
export class SpanList {
  readonly spans: SpanInput[] = [];

  add(span: SpanInput): void {
    if (this.spans.length === MAX_SPANS) throw new OtlpRefusal(413, `A request can hold at most ${MAX_SPANS} spans. Send fewer at a time.`);
    this.spans.push(span);
  }
}

export function statusOf(code: number): SpanStatus {
  return STATUSES[code] ?? 'UNSET';
}

/** A number of `digits` hexadecimal digits: shorter ids are padded, longer ones no ids. */
export function idOf(hex: string, digits: number): string {
  const significant = hex.replace(/^0+/, '');
  if (hex === '' || significant.length > digits) throw notConvertible();
  return significant.padStart(digits, '0');
}

/** Null for a root span: no parent, or one that is all zeros. */
export function parentIdOf(hex: string): string | null {
  return /^0*$/.test(hex) ? null : idOf(hex, 16);
}

/** A list as Python writes it. */
export function jsonList(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** A map as Python writes it: of a key that is there twice the last value counts. */
export function jsonObject(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`;
}

export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw invalidFormat();
}

import type { Operand } from './clause-parser.js';
import type { Entity } from './comparison.js';
import type { Grammar } from './grammar.js';

/** A name split into its prefix and key; `entity` is undefined for a prefix that the grammar does not know. */
export interface Identifier {
  readonly prefix: string;
  readonly entity: Entity | undefined;
  readonly key: string;
}

/** Splits `prefix.key` at the first dot, as MLflow does, and takes the quotes off. A name without a dot is an attribute. */
export function readIdentifier(grammar: Grammar, operand: Pick<Operand, 'text'>): Identifier {
  const name = splitName(grammar, operand);
  const { entity, key } = name;
  const isRenamable = entity === 'attribute' || entity === 'tag' || entity === 'metadata';
  const meant = isRenamable && grammar.renamed !== undefined && Object.hasOwn(grammar.renamed, key.toLowerCase()) ? grammar.renamed[key.toLowerCase()] : undefined;
  return meant === undefined ? name : { ...name, ...meant };
}

function splitName(grammar: Grammar, { text }: Pick<Operand, 'text'>): Identifier {
  const dot = text.indexOf('.');
  const isPlain = dot === -1 || (grammar.quoting === 'loose' && !/^[a-z]+$/.test(text.slice(0, dot)));
  if (isPlain) return { prefix: '', entity: 'attribute', key: unquoteKey(grammar, text) };
  const prefix = unquoted(text.slice(0, dot), '`');
  const entity = Object.hasOwn(grammar.prefixes, prefix) ? grammar.prefixes[prefix] : undefined;
  return { prefix, entity, key: unquoteKey(grammar, text.slice(dot + 1)) };
}

/** Takes one pair of quotes off; doubled or backslashed quotes inside stay as they are written, as in MLflow. */
export function unquoted(text: string, quote: string): string {
  return isQuoted(text, quote) ? text.slice(1, -1) : text;
}

export function isQuoted(text: string, quote: string): boolean {
  return text.length >= 2 && text.startsWith(quote) && text.endsWith(quote);
}

/** Python's `str.strip(character)`. */
export function stripped(text: string, character: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === character) start += 1;
  while (end > start && text[end - 1] === character) end -= 1;
  return text.slice(start, end);
}

function unquoteKey(grammar: Grammar, key: string): string {
  if (grammar.quoting === 'loose') return stripped(key, '`');
  const inner = isQuoted(key, "'") ? unquoted(key, "'") : unquoted(key, '"');
  return unquoted(inner, '`');
}

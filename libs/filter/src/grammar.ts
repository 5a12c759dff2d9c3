import type { Entity, Operator, Order } from './comparison.js';

/**
 * How a value is written and what it becomes.
 * - `text`: a quoted string. `integer-text`: a quoted string that holds an integer (an id).
 * - `double`: a number. `int64`: a number, exact when it is an integer.
 * - `text-or-score`: a number with an operator that orders, else a quoted string.
 */
export interface ValueRule {
  readonly type: 'text' | 'integer-text' | 'double' | 'int64' | 'text-or-score';
  readonly operators: readonly Operator[];
  /** `int64` only: a fraction such as `1.5` is allowed. */
  readonly fractions?: boolean;
  /** `int64` only: the integer may also be written as a quoted string. */
  readonly quotedNumbers?: boolean;
  /** The key the rest of the product uses; set on aliases such as `created`. */
  readonly canonical?: string;
}

/** Either any key goes (metrics, tags) or only the listed ones (attributes) and those below a prefix. */
export type EntityRule =
  | { readonly anyKey: ValueRule }
  | { readonly keys: Readonly<Record<string, ValueRule>>; readonly below?: Readonly<Record<string, ValueRule>> };

/** A comparison that the grammar has no operator for, as the messages name it. */
export interface RefusedOperator {
  readonly entity: Entity;
  readonly key: string;
  readonly operator: string;
  readonly rule: ValueRule;
}

/** The sentences in which the search functions of MLflow differ. Clients and their tests match on them. */
export interface Wording {
  unknownPrefix(prefix: string): string;
  unknownKey(entity: Entity, key: string, keys: readonly string[]): string;
  operator(refused: RefusedOperator): string;
  /** A value of the wrong kind; `found` is its text. */
  value(entity: Entity, key: string, rule: ValueRule, found: string): string;
  listRefused(entity: Entity): string;
  presenceRefused(entity: Entity, key: string): string;
  notParsed(text: string): string;
  /** A piece of the text that is not a clause. */
  invalidClause(found: string, text: string): string;
}

export interface OrderRule {
  /** Prefix-less keys that can be ordered by, with the key each stands for. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Entities with free keys that can be ordered by. */
  readonly entities: readonly Entity[];
  readonly duplicates: 'refused' | 'ignored';
  /** Keys stand without a prefix. */
  readonly isPlain?: boolean;
  unknownKey(key: string, keys: readonly string[]): string;
  unordered(entity: Entity): string;
  /** The order when none is asked for. */
  readonly fallback: readonly Order[];
  /** Appended unless their key is ordered by already, which makes every order total. */
  readonly tieBreakers: readonly Order[];
}

/** One search language as data: everything in which the searches of MLflow differ from each other. */
export interface Grammar {
  /** Every accepted prefix, with the entity it means. */
  readonly prefixes: Readonly<Record<string, Entity>>;
  readonly entities: Partial<Readonly<Record<Entity, EntityRule>>>;
  /** Keys of attributes, tags and metadata that stand for something else, in lower case. */
  readonly renamed?: Readonly<Record<string, { readonly entity: Entity; readonly key: string }>>;
  /**
   * `strict`: text values must be quoted with ' or ". `loose` (logged models): only ' and ` are quotes, text may be bare,
   * and numbers may be `inf` or `nan`.
   */
  readonly quoting: 'strict' | 'loose';
  readonly wording: Wording;
  readonly order: OrderRule;
}

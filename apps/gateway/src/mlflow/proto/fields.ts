import { DomainError } from '@modelyard/kernel';
import type { Int64 } from '@modelyard/tracking';

/**
 * Fields of protobuf messages, read from JSON as protobuf's own parser does (google.protobuf.json_format 7.36, which
 * mlflow 3.17 uses): null is unset, unknown keys are ignored, 64-bit integers may be texts, an unknown name of an enum is
 * ignored. A value that cannot be read throws `Unreadable`; what was put until then stays.
 */
export interface Field<T> {
  /** What the field holds when nobody set it. */
  unset(): T;
  /** Puts the value, for lists also while it is not read to its end. */
  read(value: unknown, put: (value: T) => void): void;
  readonly kind: 'scalar' | 'flag' | 'list' | 'message';
  /** null is a value of it. */
  readonly takesNull?: boolean;
  /** Of the fields with the same name here a message may have one. */
  readonly oneof?: string;
  /** The fields of the message, or of the messages in the list. */
  readonly fields?: Fields;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type MessageOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** protobuf's ParseError. */
export class Unreadable extends Error {}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_INT32 = 2 ** 31 - 1;
// A bound of ours; what MLflow bounds is less.
const MAX_ITEMS = 10_000;
// A name in brackets is an extension, and no message has any.
const EXTENSION = /^\[[\w.]*\]$/;

/** Fills `into` from a JSON value. A text or a list in the place of a message reads as its letters or items: unknown keys. */
export function readFields<F extends Fields>(fields: F, json: unknown, into: Record<string, unknown>): void {
  for (const [name, field] of Object.entries(fields)) into[name] = field.unset();
  if (typeof json !== 'object' && typeof json !== 'string' || json === null) throw new Unreadable();
  const byKey = keysOf(fields);
  // No field has a name of one letter.
  if (typeof json === 'string') return;
  if (Array.isArray(json)) {
    if (json.some((key: unknown) => typeof key !== 'string' || byKey.has(key) || EXTENSION.test(key))) throw new Unreadable();
    return;
  }
  const oneofs = new Set<string>();
  for (const [key, value] of Object.entries(json)) {
    const name = byKey.get(key);
    if (name === undefined) {
      if (EXTENSION.test(key)) throw new Unreadable();
      continue;
    }
    const field = fields[name];
    if (field === undefined) continue;
    if (field.oneof !== undefined && value !== null) {
      if (oneofs.has(field.oneof)) throw new Unreadable();
      oneofs.add(field.oneof);
    }
    if (value === null && field.takesNull !== true) into[name] = field.unset();
    else field.read(value, (read) => { into[name] = read; });
  }
}

/** The name of a field in camelCase, which protobuf's JSON mapping takes too. */
export function jsonName(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

const keys = new WeakMap<Fields, ReadonlyMap<string, string>>();

function keysOf(fields: Fields): ReadonlyMap<string, string> {
  const known = keys.get(fields);
  if (known !== undefined) return known;
  const names = Object.keys(fields);
  const made = new Map([...names.map((name) => [name, name] as const), ...names.map((name) => [jsonName(name), name] as const)]);
  keys.set(fields, made);
  return made;
}

/** A field of one value; what `convert` makes undefined is left unset. */
export function scalar<T>(unset: T, convert: (value: unknown) => T | undefined, kind: 'scalar' | 'flag' = 'scalar'): Field<T> {
  return {
    kind,
    unset: () => unset,
    read: (value, put) => {
      const read = convert(value);
      if (read !== undefined) put(read);
    },
  };
}

/** Empty when unset. */
export const text = scalar<string>('', readText);
/** 0 when unset. */
export const int64 = scalar<Int64>(0, readInt64);
export const double = scalar<number>(0, readDouble);

/** Where it matters whether the field is set. */
export const maybeText = scalar<string | undefined>(undefined, readText);
export const maybeInt64 = scalar<Int64 | undefined>(undefined, readInt64);
export const maybeDouble = scalar<number | undefined>(undefined, readDouble);
export const maybeInt32 = scalar<number | undefined>(undefined, readInt32);

/** An integer with a default, in the range that JavaScript counts exactly: for limits, which are bounded anyway. */
export const count = (unset: number): Field<number> => scalar(unset, (value) => Number(readInt64(value)));

/** A 32-bit integer with a default. */
export const int32 = (unset: number): Field<number> => scalar(unset, readInt32);

export const flag = (unset: boolean): Field<boolean> =>
  scalar(unset, (value) => {
    if (typeof value !== 'boolean') throw new Unreadable();
    return value;
  }, 'flag');

/** An enum by name or number. Unset is undefined. */
export function choice<const T extends string>(values: Readonly<Record<T, number>>): Field<T | undefined> {
  const byNumber = new Map(Object.entries<number>(values).map(([name, number]) => [number, name as T]));
  return scalar<T | undefined>(undefined, (value) => {
    if (typeof value === 'string') {
      if (Object.hasOwn(values, value)) return value as T;
      if (!/^\s*[+-]?\d+\s*$/.test(value)) return undefined;
    } else if (typeof value !== 'number' && typeof value !== 'boolean') throw new Unreadable();
    const name = byNumber.get(Math.trunc(Number(value)));
    if (name === undefined) throw new Unreadable();
    return name;
  });
}

export const texts: Field<string[]> = listOf((value, items: string[]) => {
  items.push(readText(value));
});

/** Where an empty list is another thing than none; null is empty. */
export const maybeTexts: Field<string[] | undefined> = {
  ...texts,
  takesNull: true,
  unset: () => undefined,
  read: (value, put) => (value === null ? put([]) : texts.read(value, put)),
};

/** A map of texts, written as an object with keys of any spelling. */
export const textMap: Field<Record<string, string>> = {
  kind: 'scalar',
  unset: () => ({}),
  read: (value, put) => {
    const map = new Map<string, string>();
    // Keys such as __proto__ are keys like all others.
    const show = () => put(Object.fromEntries(map));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unreadable(show);
    const entries = Object.entries(value);
    if (entries.length > MAX_ITEMS) throw tooMany('map');
    for (const [key, item] of entries) {
      if (typeof item !== 'string' || !item.isWellFormed() || !key.isWellFormed()) return unreadable(show);
      map.set(key, item);
    }
    show();
  },
};

/** A field of which a message may have one among those of the same name. */
export function oneOf<T>(oneof: string, field: Field<T>): Field<T> {
  return { ...field, oneof };
}

/** A list of messages. */
export function list<F extends Fields>(fields: F): Field<MessageOf<F>[]> {
  return listOf((value, items: MessageOf<F>[]) => {
    const item: Record<string, unknown> = {};
    items.push(item as MessageOf<F>);
    readFields(fields, value, item);
  }, fields);
}

/** One message in another. */
export function message<F extends Fields>(fields: F): Field<MessageOf<F> | undefined> {
  return {
    kind: 'message',
    fields,
    unset: () => undefined,
    read: (value, put) => {
      const item: Record<string, unknown> = {};
      put(item as MessageOf<F>);
      readFields(fields, value, item);
    },
  };
}

function listOf<T>(add: (value: unknown, items: T[]) => void, fields?: Fields): Field<T[]> {
  return {
    kind: 'list',
    ...(fields === undefined ? {} : { fields }),
    unset: () => [],
    read: (value, put) => {
      const items: T[] = [];
      put(items);
      if (!Array.isArray(value)) throw new Unreadable();
      if (value.length > MAX_ITEMS) throw tooMany('list');
      for (const item of value) {
        if (item === null) throw new Unreadable();
        add(item, items);
      }
    },
  };
}

function tooMany(what: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `A ${what} can have at most ${MAX_ITEMS} items. Split the request.`);
}

/** Puts what was read until now. */
function unreadable(put: () => void): never {
  put();
  throw new Unreadable();
}

function readText(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw new Unreadable();
  return value;
}

function readInt64(value: unknown): Int64 {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const exact = wholeNumber(value);
  if (exact < MIN_INT64 || exact > MAX_INT64) throw new Unreadable();
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

function readInt32(value: unknown): number {
  const number = Number(readInt64(value));
  if (Math.abs(number) > MAX_INT32) throw new Unreadable();
  return number;
}

function wholeNumber(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' && /^[+-]?\d{1,40}$/.test(value)) return BigInt(value.replace(/^\+/, ''));
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : NaN;
  if (!Number.isInteger(number)) throw new Unreadable();
  return BigInt(number);
}

function readDouble(value: unknown): number {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return Number(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Unreadable();
      return value;
    case 'string':
      return pythonFloat(value);
    default:
      throw new Unreadable();
  }
}

/** What Python's `float()` reads, but for the spelling `nan`, which protobuf refuses. */
function pythonFloat(value: string): number {
  const word = value.trim();
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(word);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(word) && value !== 'nan') return NaN;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word)) throw new Unreadable();
  return Number(word);
}

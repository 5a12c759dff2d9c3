import { z } from 'zod';

/** Fields of MLflow's messages, with protobuf's leniency: null counts as absent, numbers may be texts, one item is a list. */

const hint = { error: ({ input }: { input?: unknown }) => ` Hint: Value was of type '${pythonType(input)}'` };

/** Must be there and not be empty. The message `required` makes `checkMessage` call it missing. */
export const requiredText = z.string(hint).refine((text) => text !== '', 'required');

export const optionalText = z.string(hint).nullish().transform((text) => text ?? undefined);

/** An empty text counts as absent. */
export const optionalName = optionalText.transform((text) => (text === '' ? undefined : text));

/** A count: a number, or a text that holds one. */
export const optionalCount = z
  .union([z.number().int(), z.string().regex(/^-?\d{1,15}$/).transform(Number)], hint)
  .nullish()
  .transform((count) => count ?? undefined);

export const optionalFlag = z
  .union([z.boolean(), z.string().regex(/^(?:true|false)$/i).transform((text) => text.toLowerCase() === 'true')], hint)
  .nullish()
  .transform((flag) => flag ?? undefined);

const MAX_ITEMS = 1000;

export const textList = z.preprocess((value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]), z.array(z.string(hint), hint).max(MAX_ITEMS));

const textOrEmpty = optionalText.transform((text) => text ?? '');

/** Keys and values; an absent value is empty, as in protobuf. */
export const tagList = listOfTags(requiredText);

/** As `tagList`, where it is the service that refuses an empty key. */
export const uncheckedTagList = listOfTags(textOrEmpty);

function listOfTags<K extends z.ZodType<string>>(key: K) {
  return z
    .array(z.object({ key, value: textOrEmpty }, hint), hint)
    .max(MAX_ITEMS)
    .nullish()
    .transform((tags) => tags ?? []);
}

function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return Number.isInteger(value) || typeof value === 'bigint' ? 'int' : 'float';
    default:
      return 'dict';
  }
}

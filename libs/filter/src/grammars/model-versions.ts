import type { Grammar, ValueRule } from '../grammar.js';
import { shownSet } from '../filter-error.js';
import { LIST, NUMERIC, TEXT } from './operators.js';
import { onlyListsFor, REGISTRY_WORDING, unknownKey, unorderedEntity } from './wording.js';

const listable: ValueRule = { type: 'text', operators: [...TEXT, ...LIST] };
const ORDERED = ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'] as const;

/**
 * Search of model versions (SearchModelVersionUtils, model registry store). Deleted versions are never found. Prompts
 * are left out by the rule of registered models, by the tag of the version. `source_path` is the version's source.
 */
export const MODEL_VERSIONS: Grammar = {
  prefixes: { attribute: 'attribute', tag: 'tag', tags: 'tag' },
  entities: {
    attribute: {
      keys: {
        name: listable,
        run_id: listable,
        source_path: { type: 'text', operators: TEXT },
        version_number: { type: 'int64', operators: NUMERIC, quotedNumbers: true },
      },
    },
    tag: { anyKey: { type: 'text', operators: TEXT } },
  },
  quoting: 'strict',
  wording: {
    ...REGISTRY_WORDING,
    value: (entity, key, rule, found) =>
      entity === 'attribute' && rule.type === 'text' && /^-?[\d.]/.test(found)
        ? `Only the '${shownSet(['version_number', 'creation_timestamp', 'last_updated_timestamp'])}' attributes support comparison with numeric values.`
        : REGISTRY_WORDING.value(entity, key, rule, found),
    listRefused: () => onlyListsFor(['name', 'run_id']),
  },
  order: {
    attributes: Object.fromEntries(ORDERED.map((key) => [key, key])),
    entities: [],
    duplicates: 'refused',
    unknownKey: (key, keys) => unknownKey('attribute', key, keys),
    unordered: unorderedEntity,
    fallback: [
      { entity: 'attribute', key: 'last_updated_timestamp', ascending: false },
      { entity: 'attribute', key: 'name', ascending: true },
      { entity: 'attribute', key: 'version_number', ascending: false },
    ],
    tieBreakers: [
      { entity: 'attribute', key: 'name', ascending: true },
      { entity: 'attribute', key: 'version_number', ascending: false },
    ],
  },
};

import { shown, shownSet } from '../filter-error.js';
import type { Grammar } from '../grammar.js';
import { LIST, TEXT } from './operators.js';
import { onlyListsFor, REGISTRY_WORDING, unorderedEntity } from './wording.js';

/**
 * Search of registered models (SearchModelUtils, model registry store). All clauses on one tag key must hold for that
 * tag. Prompts (tag `mlflow.prompt.is_prompt` = 'true') are left out unless the first clause on that tag asks for them:
 * `= 'true'` or `!= 'false'`, in any case. Otherwise every clause on that tag is dropped, for models lack the tag.
 */
export const REGISTERED_MODELS: Grammar = {
  prefixes: { attribute: 'attribute', tag: 'tag', tags: 'tag' },
  entities: {
    attribute: { keys: { name: { type: 'text', operators: [...TEXT, ...LIST] } } },
    tag: { anyKey: { type: 'text', operators: TEXT } },
  },
  quoting: 'strict',
  wording: { ...REGISTRY_WORDING, listRefused: () => onlyListsFor(['name']) },
  order: {
    attributes: {
      name: 'name',
      timestamp: 'last_updated_timestamp',
      last_updated_timestamp: 'last_updated_timestamp',
    },
    entities: [],
    isPlain: true,
    duplicates: 'refused',
    unknownKey: (key) => `Invalid order by key '${shown(key)}' specified. Valid keys are '${shownSet(['name', 'timestamp'])}'`,
    unordered: unorderedEntity,
    fallback: [],
    tieBreakers: [{ entity: 'attribute', key: 'name', ascending: true }],
  },
};

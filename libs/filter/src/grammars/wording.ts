import type { Entity } from '../comparison.js';
import { shown, shownSet } from '../filter-error.js';
import type { RefusedOperator, ValueRule, Wording } from '../grammar.js';

/** MLflow says "parameter" where everybody else says "param", and "request_metadata" for the metadata of traces. */
export function entityWord(entity: Entity): string {
  if (entity === 'metadata') return 'request_metadata';
  return entity === 'param' ? 'parameter' : entity;
}

function needsNumber(rule: ValueRule): boolean {
  return rule.type === 'double' || rule.type === 'int64';
}

export function wrongValue(entity: Entity, key: string, rule: ValueRule, found: string): string {
  const value = shown(found);
  if (entity === 'metric') return `Expected numeric value type for metric. Found ${value}`;
  if (needsNumber(rule)) return `Expected numeric value type for numeric attribute: ${key}. Found ${value}`;
  if (entity === 'attribute') return `Expected a quoted string value for attributes. Got value ${value}`;
  if (entity === 'dataset') return `Expected a quoted string value for dataset attributes. Got value ${value}`;
  return `Expected a quoted string value for ${entityWord(entity)} (e.g. 'my-value'). Got value ${value}`;
}

export function unknownKey(entity: Entity, key: string, keys: readonly string[]): string {
  return `Invalid ${entity} key '${shown(key)}' specified. Valid keys are '${shownSet(keys)}'`;
}

export function unknownPrefix(prefix: string): string {
  return `Invalid entity type '${shown(prefix)}'. Valid entity types are ('attribute', 'tag', 'tags')`;
}

export function notParsed(text: string): string {
  return `Invalid filter '${shown(text)}'. Could not be parsed.`;
}

/** Of runs; the other searches show the clause without quotes. */
export function invalidClause(found: string): string {
  return `Invalid clause(s) in filter string: '${shown(found)}'`;
}

export function bareInvalidClause(found: string): string {
  return `Invalid clause(s) in filter string: ${shown(found)}`;
}

export function notOneOf({ operator, rule }: RefusedOperator): string {
  return `Invalid comparator '${shown(operator)}' not one of '${shownSet(rule.operators)}`;
}

export function unorderedEntity(entity: Entity): string {
  return `Invalid order_by entity: ${entity}`;
}

export function onlyListsFor(keys: readonly string[]): string {
  const names = keys.map((key) => `'${key}'`).join(', ');
  return `Only [${names}] attributes support comparison with a list of quoted string values.`;
}

function registryOperator({ entity, key, operator, rule }: RefusedOperator): string {
  return `Invalid comparator for ${entity}${needsNumber(rule) ? ` ${key}` : ''}: ${shown(operator)}`;
}

/** What registered models and model versions say alike. */
export const REGISTRY_WORDING: Omit<Wording, 'listRefused'> = {
  unknownPrefix,
  unknownKey,
  operator: registryOperator,
  value: (entity, key, rule, found) =>
    entity === 'attribute'
      ? `Expected a quoted string value or a list of quoted string values for attributes. Got value ${shown(found)}`
      : wrongValue(entity, key, rule, found),
  presenceRefused: (entity, key) => `IS NULL / IS NOT NULL is not supported here, remove it for ${entity} '${shown(key)}'`,
  notParsed,
  invalidClause: bareInvalidClause,
};

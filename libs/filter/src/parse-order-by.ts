import { parseOrderItem, type OrderItem } from './clause-parser.js';
import type { Order } from './comparison.js';
import { searchFault, shown } from './filter-error.js';
import type { Grammar } from './grammar.js';
import { readIdentifier, type Identifier } from './identifier.js';
import { MAX_ORDER_BY_ITEMS, MAX_SEARCH_TEXT_LENGTH } from './limits.js';

/**
 * Parses `order_by` items such as `` metrics.`val loss` DESC ``. Throws INVALID_ARGUMENT in MLflow's words, with `field`
 * 'order_by', the index of the faulty `item` and the `position` in it.
 */
export function parseOrderBy(grammar: Grammar, items: readonly string[]): Order[] {
  checkCount(items.length);
  return withoutDuplicates(
    grammar,
    items.map((item, index) => parseItem(grammar, item, index)),
    items,
  );
}

/** The order to query by: `orders`, or the grammar's default if there are none, completed to a total order. */
export function totalOrder<O extends Order>(grammar: Grammar, orders: readonly O[]): (O | Order)[] {
  const asked: readonly (O | Order)[] = orders.length === 0 ? grammar.order.fallback : orders;
  const isAsked = ({ entity, key }: Order) => asked.some((order) => order.entity === entity && order.key === key);
  return [...asked, ...grammar.order.tieBreakers.filter((order) => !isAsked(order))];
}

export function checkCount(count: number): void {
  if (count > MAX_ORDER_BY_ITEMS) {
    throw searchFault('order_by', `order_by can have at most ${MAX_ORDER_BY_ITEMS} items.`, 0, MAX_ORDER_BY_ITEMS);
  }
}

function parseItem(grammar: Grammar, text: string, index: number): Order {
  if (text.length > MAX_SEARCH_TEXT_LENGTH) {
    throw searchFault('order_by', `An order_by clause can have at most ${MAX_SEARCH_TEXT_LENGTH} characters.`, 0, index);
  }
  const parsed = text.includes('\0') ? undefined : readItem(grammar, text);
  if (parsed === undefined) {
    throw searchFault('order_by', `Invalid order_by clause '${shown(text)}'. Could not be parsed.`, 0, index);
  }
  const direction = parsed.direction?.toLowerCase() ?? 'asc';
  if (direction !== 'asc' && direction !== 'desc') {
    throw searchFault('order_by', `Invalid ordering key in order_by clause '${shown(text)}'.`, parsed.directionStart, index);
  }
  const name = readIdentifier(grammar, parsed.name);
  return { ...resolveKey(grammar, name, parsed.name.start, index), ascending: direction === 'asc' };
}

function readItem(grammar: Grammar, text: string): OrderItem | undefined {
  try {
    return parseOrderItem(text, grammar);
  } catch {
    return undefined; // The clause parser speaks of filters; here every such fault has one sentence.
  }
}

function resolveKey(grammar: Grammar, name: Identifier, position: number, item: number): Pick<Order, 'entity' | 'key'> {
  const { order, wording } = grammar;
  const { prefix, entity, key } = name;
  if (order.isPlain === true && prefix !== '') throw searchFault('order_by', order.unknownKey(`${prefix}.${key}`, Object.keys(order.attributes)), position, item);
  if (entity === undefined) throw searchFault('order_by', wording.unknownPrefix(prefix), position, item);
  if (order.entities.includes(entity)) return { entity, key };
  if (entity !== 'attribute') throw searchFault('order_by', order.unordered(entity), position, item);
  const canonical = Object.hasOwn(order.attributes, key) ? order.attributes[key] : undefined;
  if (canonical === undefined) {
    throw searchFault('order_by', order.unknownKey(key, Object.keys(order.attributes)), position, item);
  }
  return { entity, key: canonical };
}

function withoutDuplicates(grammar: Grammar, orders: readonly Order[], items: readonly string[]): Order[] {
  const seen = new Set<string>();
  return orders.filter((order, index) => {
    const name = `${order.entity}.${order.key}`;
    if (!seen.has(name)) return seen.add(name);
    if (grammar.order.duplicates === 'ignored') return false;
    const listed = shown(items.map((item) => `'${item}'`).join(', '));
    throw searchFault('order_by', `\`order_by\` contains duplicate fields: [${listed}]`, 0, index);
  });
}

import type { Order } from './comparison.js';
import { searchFault, shown } from './filter-error.js';
import { LOGGED_MODELS } from './grammars/logged-models.js';
import { checkCount } from './parse-order-by.js';

/** An item of the wire's `order_by` of logged models, which is structured where other searches take text. */
export interface LoggedModelOrderItem {
  readonly fieldName?: string | undefined;
  readonly ascending?: boolean | undefined;
  readonly datasetName?: string | undefined;
  readonly datasetDigest?: string | undefined;
}

/** `dataset` restricts which points of the metric count, by name, digest or both. */
export interface LoggedModelOrder extends Order {
  readonly dataset: { readonly name: string | null; readonly digest: string | null } | null;
}

/** Checks the `order_by` of a logged model search: an attribute or `metrics.<name>`. Throws INVALID_ARGUMENT. */
export function parseLoggedModelOrderBy(items: readonly LoggedModelOrderItem[]): LoggedModelOrder[] {
  checkCount(items.length);
  return items.map((item, index) => ({
    ...resolveField(item.fieldName ?? '', index),
    ascending: item.ascending ?? true,
    dataset: resolveDataset(item),
  }));
}

function resolveField(field: string, index: number): Pick<Order, 'entity' | 'key'> {
  const dot = field.indexOf('.');
  if (dot === -1) return { entity: 'attribute', key: attributeKey(field.trim(), index) };
  const prefix = field.slice(0, dot);
  if (prefix === 'metrics' && !field.includes('\0')) return { entity: 'metric', key: field.slice(dot + 1) };
  throw searchFault('order_by', `Invalid order by field name: ${shown(field)}. Only metrics are supported.`, 0, index);
}

function attributeKey(field: string, index: number): string {
  const { attributes, unknownKey } = LOGGED_MODELS.order;
  const key = Object.hasOwn(attributes, field) ? attributes[field] : undefined;
  if (key === undefined) throw searchFault('order_by', unknownKey(field, Object.keys(attributes)), 0, index);
  return key;
}

function resolveDataset({ datasetName, datasetDigest }: LoggedModelOrderItem): LoggedModelOrder['dataset'] {
  return datasetName || datasetDigest ? { name: datasetName || null, digest: datasetDigest || null } : null;
}

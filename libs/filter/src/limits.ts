/** Longest filter or order_by item, in UTF-16 units. */
export const MAX_SEARCH_TEXT_LENGTH = 100_000;
/** Each clause becomes a condition on its own subquery: a filter of more is an attack or a mistake. */
export const MAX_CLAUSES = 256;
export const MAX_LIST_VALUES = 5_000;
export const MAX_ORDER_BY_ITEMS = 64;

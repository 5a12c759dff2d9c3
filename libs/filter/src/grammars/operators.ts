import type { NumericOperator, TextOperator } from '../comparison.js';

export const NUMERIC: readonly NumericOperator[] = ['<', '<=', '>', '>=', '=', '!='];
export const TEXT: readonly TextOperator[] = ['=', '!=', 'LIKE', 'ILIKE'];
export const LIST = ['IN', 'NOT IN'] as const;
export const PRESENCE = ['IS NULL', 'IS NOT NULL'] as const;

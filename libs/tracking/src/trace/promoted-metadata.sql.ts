import { allOf, Sql, sql, type Comparison } from '@modelyard/filter';
import { DomainError } from '@modelyard/kernel';
import { dumpPython, PythonNumber, pythonFloat, tryLoadPython, type PythonValue } from '../span/python-json.js';
import { TRACE_METADATA } from './trace.js';

const COLUMNS: Readonly<Record<string, Readonly<Record<string, Sql>>>> = {
  [TRACE_METADATA.tokenUsage]: {
    input_tokens: sql`t.input_tokens`,
    output_tokens: sql`t.output_tokens`,
    total_tokens: sql`t.total_tokens`,
    cache_read_input_tokens: sql`t.cache_read_input_tokens`,
    cache_creation_input_tokens: sql`t.cache_creation_input_tokens`,
    cache_creation_input_tokens_above_1hr: sql`t.cache_creation_input_tokens_above_1hr`,
  },
  [TRACE_METADATA.cost]: { input_cost: sql`t.input_cost`, output_cost: sql`t.output_cost`, total_cost: sql`t.total_cost` },
};

/** Whether a metadata key is shown as one JSON object and stored as several columns. */
export function isPromoted(key: string): boolean {
  return Object.hasOwn(COLUMNS, key);
}

/** Compares with exactly the JSON that is shown (trace_analytics.get_trace_analytics_metadata_filter). Throws INVALID_ARGUMENT. */
export function promotedCondition({ key, operator, value }: Comparison): Sql {
  const columns = COLUMNS[key] ?? {};
  const exists = sql`(${Sql.join(Object.values(columns).map((column) => sql`${column} IS NOT NULL`), ' OR ')})`;
  switch (operator) {
    case 'IS NULL':
      return sql`NOT ${exists}`;
    case 'IS NOT NULL':
      return exists;
    case '=':
      return equals(columns, key, String(value));
    case '!=':
      return sql`${exists} AND NOT ${equals(columns, key, String(value))}`;
    default:
      throw new DomainError('INVALID_ARGUMENT', `Comparator '${operator}' is not supported for reserved metadata '${key}'. Only '=', '!=', 'IS NULL', and 'IS NOT NULL' are supported.`, { field: 'filter' });
  }
}

function equals(columns: Readonly<Record<string, Sql>>, key: string, text: string): Sql {
  const parsed: PythonValue | undefined = text.startsWith('{') ? tryLoadPython(text) : undefined;
  const members = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Readonly<Record<string, PythonValue>>) : {};
  const whole = key === TRACE_METADATA.tokenUsage;
  const normal = Object.keys(columns).flatMap((name) => {
    const number = members[name];
    if (!(number instanceof PythonNumber)) return [];
    return [[name, whole ? new PythonNumber(number.text, true) : new PythonNumber(pythonFloat(Number(number.text)), false)] as const];
  });
  // Only the very text that is shown is equal.
  if (normal.length === 0 || dumpPython(Object.fromEntries(normal)) !== text) return sql`FALSE`;
  const wanted = new Map<string, PythonNumber>(normal);
  const conditions = Object.entries(columns).map(([name, column]) => {
    const number = wanted.get(name);
    return number === undefined ? sql`${column} IS NULL` : sql`${column} IS NOT DISTINCT FROM ${Number(number.text)}::float8`;
  });
  return sql`(${allOf(conditions)})`;
}

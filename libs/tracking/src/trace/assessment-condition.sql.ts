import { compareDouble, compareText, sql, type Comparison, type Sql, type TextClause } from '@modelyard/filter';
import { dumpPython } from '../span/python-json.js';
import { TRACE_METADATA } from './trace.js';

/** How Python writes the key by which an assessment of a whole session names it. */
const SESSION_KEY = `%"${TRACE_METADATA.session}":%`;

/** That `traces t` has such an assessment, or one of its session has that was given to the whole session. `scope` is of `traces s`. */
export function assessmentCondition(clause: Comparison, scope: Sql): Sql {
  const found = sql`a.kind = ${clause.entity} AND a.name = ${clause.key} AND a.valid AND ${valueCondition(clause)}`;
  const direct = sql`EXISTS (SELECT FROM assessments a WHERE a.organization_id = t.organization_id AND a.tid = t.tid AND ${found})`;
  const bySession = sql`t.session_id IN (SELECT s.session_id FROM traces s JOIN assessments a ON a.organization_id = s.organization_id AND a.tid = s.tid
    WHERE ${scope} AND s.session_id IS NOT NULL AND ${found} AND a.metadata LIKE ${SESSION_KEY})`;
  const either = sql`(${direct} OR coalesce(${bySession}, FALSE))`;
  return clause.operator === 'IS NULL' ? sql`NOT ${either}` : either;
}

function valueCondition(clause: Comparison): Sql {
  if (clause.value === null) return sql`TRUE`;
  if (typeof clause.value === 'number') return sql`a.is_numeric_value AND ${compareDouble(sql`a.aggregate_value`, clause as { operator: '<'; value: number })}`;
  const { operator, value } = clause as TextClause;
  // Texts are stored with their quotes, numbers and booleans bare.
  if (operator === '=') return sql`a.value IN (${value}, ${dumpPython(value, true)})`;
  if (operator === '!=') return sql`a.value NOT IN (${value}, ${dumpPython(value, true)})`;
  return compareText(sql`a.value`, { operator, value });
}

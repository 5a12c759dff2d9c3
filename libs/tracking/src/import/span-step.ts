import { z } from 'zod';
import { SPAN_ATTRIBUTE } from '../span/span.js';
import { jsonObject } from '../span/stored-span.js';
import { floatField, floatSql } from './checksum.js';
import { defineStep, items } from './import-step.js';
import { findItems, idOf, jsonRows } from './rows.js';
import { int64, optionalFloat, optionalInt64, optionalText, text, textOrEmpty } from './source-values.js';

const content = z.object({ attributes: z.record(z.string(), z.unknown()).nullish() });

/** An attribute of a stored span: a JSON object as text, or null. */
function attributeObject(json: string, key: string): string | null {
  try {
    const value = content.parse(JSON.parse(json)).attributes?.[key];
    return typeof value === 'string' ? jsonObject(value) : null;
  } catch {
    // Kept as it is: a span of another writer is shown, and counts for no sum.
    return null;
  }
}

const spans = defineStep({
  name: 'spans',
  source: {
    from: 'spans', columns: 'trace_id, span_id, parent_span_id, name, type, status, start_time_unix_nano, end_time_unix_nano, content, input_cost, output_cost, total_cost, model_name, model_provider',
    // Contents may be large.
    key: ['trace_id', 'span_id'], batch: 200, where: 'EXISTS (SELECT 1 FROM trace_info i WHERE i.request_id = spans.trace_id)',
  },
  row: z.object({
    trace_id: text, span_id: text, parent_span_id: optionalText, name: textOrEmpty, type: optionalText, status: text, start_time_unix_nano: int64, end_time_unix_nano: optionalInt64, content: text,
    input_cost: optionalFloat, output_cost: optionalFloat, total_cost: optionalFloat, model_name: optionalText, model_provider: optionalText,
  }),
  async write(tx, scope, rows) {
    const tids = await findItems(tx, scope, 'trace', rows.map((row) => row.trace_id));
    await tx.query({
      text: `INSERT INTO spans (organization_id, tid, span_id, parent_span_id, name, type, status, start_time, end_time, content, input_cost, output_cost, total_cost, model_name, model_provider, token_usage, cost)
             SELECT $1, n.* FROM json_to_recordset($2::json) n (tid bigint, span_id text, parent_span_id text, name text, type text, status text, start_time_unix_nano bigint, end_time_unix_nano bigint, content text,
               input_cost float8, output_cost float8, total_cost float8, model_name text, model_provider text, token_usage text, cost text)`,
      values: [
        tx.organizationId,
        jsonRows(rows.map((row) => ({ ...row, tid: idOf(tids, row.trace_id), token_usage: attributeObject(row.content, SPAN_ATTRIBUTE.tokenUsage), cost: attributeObject(row.content, SPAN_ATTRIBUTE.cost) }))),
      ],
    });
  },
  fields: (row) => [
    row.trace_id, row.span_id, row.parent_span_id, row.name, row.type, row.status, row.start_time_unix_nano, row.end_time_unix_nano, row.content, row.model_name, row.model_provider,
    floatField(row.input_cost), floatField(row.output_cost), floatField(row.total_cost),
  ],
  ours: {
    from: `${items('trace')} JOIN spans s ON s.organization_id = $1 AND s.tid = i.row_id`,
    fields: ['i.source_id', ...['span_id', 'parent_span_id', 'name', 'type', 'status', 'start_time', 'end_time', 'content', 'model_name', 'model_provider'].map((name) => `s.${name}`), ...['input_cost', 'output_cost', 'total_cost'].map((name) => floatSql(`s.${name}`))],
  },
});

export const SPAN_STEPS = [spans];

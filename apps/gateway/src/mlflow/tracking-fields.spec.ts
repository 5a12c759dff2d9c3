import { z } from 'zod';
import { checkMessage, parseMessage } from './mlflow-request.js';
import { logBatch, searchRuns, updateRun } from './runs/runs.wire.js';
import { int64, list, requiredDouble, viewType } from './tracking-fields.js';

const read = (schema: z.ZodType, body: string) => checkMessage(schema, parseMessage(body));
const one = <S extends z.ZodType>(field: S) => z.object({ x: field });

describe('int64', () => {
  it.each<[string, number | bigint]>([
    ['1', 1], ['"1"', 1], ['"-7"', -7], ['1152921504606846977', 2n ** 60n + 1n], ['"1152921504606846977"', 2n ** 60n + 1n], ['1e3', 1000], ['-9223372036854775808', -(2n ** 63n)],
  ])('reads %s exactly', (text, value) => {
    expect(read(one(int64), `{"x": ${text}}`)).toEqual({ x: value });
  });

  it.each(['1.5', '"abc"', 'true', '[]', '9223372036854775808', '{}'])('refuses %s', (text) => {
    expect(() => read(one(int64), `{"x": ${text}}`)).toThrow("for parameter 'x' supplied: please specify a 64-bit integer.");
  });

  it('counts null and absence as unset', () => {
    expect([read(one(int64), '{"x": null}'), read(one(int64), '{}')]).toEqual([{ x: undefined }, { x: undefined }]);
  });
});

describe('double', () => {
  it.each<[string, number]>([['0.1', 0.1], ['"NaN"', NaN], ['"Infinity"', Infinity], ['"-Infinity"', -Infinity], ['"2.5"', 2.5], ['123456789012345678901', 123456789012345680000]])('reads %s', (text, value) => {
    expect(read(one(requiredDouble), `{"x": ${text}}`)).toEqual({ x: value });
  });

  it.each(['true', '"abc"', '{}'])('refuses %s', (text) => {
    expect(() => read(one(requiredDouble), `{"x": ${text}}`)).toThrow("Invalid value");
  });
});

it('an enum comes by name or number', () => {
  expect([read(one(viewType), '{"x": "ALL"}'), read(one(viewType), '{"x": 2}'), read(one(viewType), '{}')]).toEqual([{ x: 'ALL' }, { x: 'DELETED_ONLY' }, { x: undefined }]);
  expect(() => read(one(viewType), '{"x": "toString"}')).toThrow('please specify one of ACTIVE_ONLY');
});

it('a list of one comes from a query as a bare value', () => {
  expect(checkMessage(one(list(z.string())), { x: 'a' })).toEqual({ x: ['a'] });
});

describe('a message', () => {
  const id = 'a'.repeat(32);

  it('takes run_uuid for run_id, and camelCase', () => {
    expect(read(updateRun, `{"runUuid": "${id}", "endTime": "5", "status": 3}`)).toEqual({ run_id: id, end_time: 5, status: 'FINISHED', run_name: undefined });
  });

  it('may be JSON inside a JSON string', () => {
    expect(read(searchRuns, JSON.stringify('{"experiment_ids": ["1"], "unknown": 1}'))).toMatchObject({ experiment_ids: ['1'] });
  });

  it.each([
    ['{}', "Missing value for required parameter 'run_id'."],
    [`{"run_id": "${id}", "metrics": [{"value": 1, "timestamp": 1}]}`, "Missing value for required parameter 'metrics[0].key'."],
    [`{"run_id": "${id}", "metrics": [{"key": "a", "timestamp": 1}]}`, "Missing value for required parameter 'metrics[0].value'."],
    [`{"run_id": "${id}", "params": [{"key": "a"}, {"value": "1"}]}`, "Missing value for required parameter 'params[1].key'."],
    [`{"run_id": "${id}", "tags": [{"key": ""}]}`, "Missing value for required parameter 'tags[0].key'."],
    [`{"run_id": "${id}", "metrics": [{"key": "a", "value": true, "timestamp": 1}]}`, "Invalid value true for parameter 'metrics[0].value' supplied"],
    [`{"run_id": "${id}", "metrics": 5}`, "Invalid value 5 for parameter 'metrics' supplied"],
  ])('%s says what is missing or wrong', (body, message) => {
    expect(() => read(logBatch, body)).toThrow(message);
  });
});

import { z } from 'zod';
import { checkMessage, parseMessage } from './mlflow-request.js';
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

import { compareDouble, compareInteger, compareText, orderDoubleTerms, orderTerm, sql } from './index.js';

const column = sql`c`;

describe('comparisons as SQL', () => {
  it.each([
    ['=', 'x', 'c = $1::text'],
    ['!=', 'x', 'c <> $1::text'],
    ['LIKE', 'x%', 'c LIKE $1::text'],
    ['ILIKE', 'x%', 'c ILIKE $1::text'],
    ['IN', ['x', 'y'], 'c = ANY($1::text[])'],
    ['NOT IN', ['x', 'y'], 'c <> ALL($1::text[])'],
  ] as const)('text %s', (operator, value, text) => {
    expect(compareText(column, { operator, value }).render()).toEqual({ text, values: [value] });
  });

  it('integers are exact, fractions are numeric', () => {
    const value = 9223372036854775807n;
    expect(compareInteger(column, { operator: '>=', value }).render()).toEqual({ text: 'c >= $1::bigint', values: [value] });
    expect(compareInteger(column, { operator: '<', value: 1.5 }).render()).toEqual({ text: 'c < $1::numeric', values: [1.5] });
  });

  it('a stored NaN matches != and nothing else', () => {
    expect(compareDouble(column, { operator: '>', value: 1 }).render().text).toBe("c > $1::float8 AND c <> 'NaN'::float8");
    expect(compareDouble(column, { operator: '!=', value: 1 }).render().text).toBe('c <> $1::float8');
  });

  it('orders NULL last, and NaN between the numbers and NULL', () => {
    expect(orderTerm(column, false).render().text).toBe('c DESC NULLS LAST');
    expect(orderDoubleTerms(column, true).render().text).toBe("c = 'NaN'::float8 ASC NULLS LAST, c ASC NULLS LAST");
  });
});

import { allOf, commaList, sql } from './index.js';

describe('sql', () => {
  it('binds every value and numbers the parameters in order', () => {
    const condition = sql`key = ${'loss'} AND value > ${0.5}`;
    const statement = sql`SELECT ${commaList([sql`a`, sql`b`])} FROM runs WHERE id = ${7n} AND (${condition})`.render();
    expect(statement).toEqual({
      text: 'SELECT a, b FROM runs WHERE id = $1 AND (key = $2 AND value > $3)',
      values: [7n, 'loss', 0.5],
    });
  });

  it('leaves room for parameters that come before', () => {
    expect(sql`a = ${null} OR b = ${['x']}`.render(4)).toEqual({ text: 'a = $4 OR b = $5', values: [null, ['x']] });
  });

  it('never puts a value into the text', () => {
    const hostile = "'; DROP TABLE runs; --";
    expect(sql`name = ${hostile}`.render()).toEqual({ text: 'name = $1', values: [hostile] });
  });

  it('joins conditions by AND, in parentheses', () => {
    expect(allOf([sql`a OR b`, sql`c = ${1}`]).render()).toEqual({ text: '(a OR b) AND (c = $1)', values: [1] });
    expect(allOf([]).render().text).toBe('TRUE');
  });

  it('knows an empty fragment', () => {
    expect(sql``.isEmpty).toBe(true);
    expect(sql`${1}`.isEmpty).toBe(false);
  });
});

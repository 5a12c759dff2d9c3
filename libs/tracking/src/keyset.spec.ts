import { sql } from '@modelyard/filter';
import { Keyset, type KeysetTerm } from './keyset.js';

const term = (fields: Partial<KeysetTerm>): KeysetTerm => ({ expression: sql`x`, ascending: true, type: 'bigint', nullable: false, ...fields });
const rendered = (keyset: Keyset, keys: (string | null)[]) => keyset.after(keyset.encode(keys)).render();

describe('Keyset', () => {
  it('goes on after the last row, column by column', () => {
    const keyset = new Keyset([term({ expression: sql`a`, ascending: false }), term({ expression: sql`b`, type: 'text' })], 'order');
    expect(rendered(keyset, ['5', 'q'])).toEqual({ text: 'a <= $1::bigint AND ((a < $2::bigint) OR (a = $3::bigint AND b > $4::text))', values: ['5', '5', '5', 'q'] });
  });

  it('has nothing after NULL in a column, and NULL after everything', () => {
    const keyset = new Keyset([term({ nullable: true })], 'order');
    expect(rendered(keyset, [null]).text).toBe('TRUE AND ((FALSE))');
    expect(rendered(keyset, ['1']).text).toBe('TRUE AND (((x > $1::bigint OR x IS NULL)))');
  });

  it.each<[KeysetTerm['type'], string | null]>([['bigint', '1; DROP'], ['float8', 'x'], ['boolean', 'maybe'], ['text', 'a\0'], ['bigint', null]])('refuses a forged %s key %j', (type, key) => {
    const keyset = new Keyset([term({ type })], 'order');
    expect(() => rendered(keyset, [key])).toThrow('Invalid page token');
  });

  it('refuses the token of another order', () => {
    const token = new Keyset([term({})], 'one').encode(['1']);
    expect(() => new Keyset([term({})], 'two').after(token)).toThrow('belongs to a search with another order');
  });
});

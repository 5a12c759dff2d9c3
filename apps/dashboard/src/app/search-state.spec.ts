import { parseSearch, readList, searchKeys, stringifySearch, writeList } from './search-state.js';

describe('the state in the URL', () => {
  it('survives the way there and back as text', () => {
    const state = { q: "metrics.acc > 0.9 and tags.team = 'a&b'", sel: '123e4567,0001' };
    expect(parseSearch(stringifySearch(state))).toEqual(state);
  });

  it('is short when there is none', () => {
    expect(stringifySearch({ q: undefined, sel: '' })).toBe('');
  });

  it('keeps known keys alone', () => {
    expect(searchKeys('q', 'tab')({ q: 'x', tab: '', evil: 'y', sort: 3 })).toEqual({ q: 'x' });
  });

  it('holds lists', () => {
    expect(readList(writeList(['a', 'b']))).toEqual(['a', 'b']);
    expect(writeList([])).toBeUndefined();
    expect(readList(undefined)).toEqual([]);
  });
});

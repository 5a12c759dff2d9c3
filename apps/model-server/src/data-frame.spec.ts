import { parse } from './csv.js';
import { enforceSignature, frameFromCsv, frameFromRecords, frameFromSplit } from './data-frame.js';
import type { SignatureInput } from './signature.js';

const column = (name: string, type: string, required = true): SignatureInput => ({ kind: 'column', name, type, required });

describe('csv', () => {
  it.each([
    ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['a,b\r\n1,2', [['a', 'b'], ['1', '2']]],
    ['a,b\n"x,\n""y""",', [['a', 'b'], ['x,\n"y"', '']]],
    ['a\n\n1\n', [['a'], ['1']]],
    ['', []],
  ])('reads %j', (text, cells) => expect(parse(text)).toEqual(cells));

  it.each(['a\n"open', 'a\n"x"y'])('refuses %j', (text) => expect(() => parse(text)).toThrow(/quote/));
});

describe('data frames', () => {
  it('reads numbers, missing cells and texts of CSV by what the whole column holds', () => {
    expect(frameFromCsv('n,t\n1.5,x\n,2\n', null).rows).toEqual([[1.5, 'x'], [null, '2']]);
    expect(frameFromCsv('n\n1\n', [column('n', 'string')]).rows).toEqual([['1']]);
  });

  it('fills what a record lacks with null, and treats __proto__ as a name', () => {
    expect(frameFromRecords(JSON.parse('[{"a":1},{"__proto__":2}]'))).toEqual({ columns: ['a', '__proto__'], rows: [[1, null], [null, 2]] });
  });

  it('refuses a table that grows out of a small body', () => {
    const records = Array.from({ length: 5000 }, (_, index) => ({ [`c${index}`]: 1 }));
    expect(() => frameFromRecords(records)).toThrow(/too large/);
  });

  it.each([[{ data: 1 }], [{ columns: ['a', 'a'], data: [[1, 2]] }], [{ columns: [{}], data: [[1]] }], [{ data: [[1]], other: 1 }], [{ data: [[1, 2], [1]] }]])(
    'refuses the split %j',
    (split) => expect(() => frameFromSplit(split)).toThrow(),
  );
});

describe('the signature', () => {
  const frame = frameFromSplit({ columns: ['b', 'a'], data: [[1, 2]] });

  it('orders columns by name and fills optional ones', () => {
    expect(enforceSignature(frame, [column('a', 'double'), column('b', 'long'), column('c', 'string', false)]).rows).toEqual([[2, 1, null]]);
  });

  it("says MLflow's sentence for a missing column", () => {
    expect(() => enforceSignature(frame, [column('x', 'double')])).toThrow("Model is missing inputs ['x'].");
  });

  it.each([['long', 1.5], ['long', '1'], ['double', '1'], ['boolean', 1], ['string', 1], ['long', null]])('refuses for a %s the value %j, without quoting it', (type, value) => {
    expect(() => enforceSignature({ columns: ['a'], rows: [[value]] }, [column('a', type)])).toThrow(`column a: row 0 is not a valid '${type}'`);
  });

  it('takes unnamed columns by position', () => {
    const unnamed: SignatureInput = { kind: 'column', name: undefined, type: 'double', required: true };
    expect(enforceSignature(frameFromSplit({ data: [[1, 2]] }), [unnamed]).rows).toEqual([[1]]);
    expect(() => enforceSignature(frameFromSplit({ data: [[1]] }), [unnamed, unnamed])).toThrow(/declares 2 inputs/);
  });
});

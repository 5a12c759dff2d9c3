import { dumpPython } from '@modelyard/tracking';
import { type Field, readFields, textMap, Unreadable } from './fields.js';
import { duration, durationText, fieldMask, freeValue, timestamp, timestampText } from './well-known.js';

/** Reads one field, and says what was put before it could not be read further. */
function read<T>(field: Field<T>, json: unknown): { x: T; readable: boolean } {
  const into: Record<string, unknown> = {};
  try {
    readFields({ x: field }, { x: json }, into);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { x: into['x'] as T, readable: false };
  }
  return { x: into['x'] as T, readable: true };
}

describe('times on the wire', () => {
  it.each([
    ['2025-01-01T00:00:00Z', 1735689600000, '2025-01-01T00:00:00Z'],
    ['2025-01-01T01:00:00.5+01:00', 1735689600500, '2025-01-01T00:00:00.500Z'],
    ['2025-01-01T00:00:00.123456789Z', 1735689600123, '2025-01-01T00:00:00.123Z'],
    ['2025-1-1T0:0:0Z', 1735689600000, '2025-01-01T00:00:00Z'],
  ])('reads %s', (text, milliseconds, written) => {
    expect(read(timestamp, text)).toEqual({ x: milliseconds, readable: true });
    expect(timestampText(milliseconds)).toBe(written);
  });

  it.each(['', 'now', '2025-01-01', '2025-13-01T00:00:00Z', '2025-02-30T00:00:00Z', '2025-01-01T00:00:00', '2025-01-01T00:00:00.0123456789Z', 5, {}])('cannot read the time %j, which is then 1970', (json) => {
    expect(read(timestamp, json)).toEqual({ x: 0, readable: false });
  });

  it.each([['1.25s', 1250, '1.250s'], ['0s', 0, '0s'], ['-0.001s', -1, '-0.001s'], ['3s', 3000, '3s'], ['1.000999s', 1000, '1s']])('reads the duration %s', (text, milliseconds, written) => {
    expect(read(duration, text)).toEqual({ x: milliseconds, readable: true });
    expect(durationText(milliseconds)).toBe(written);
  });

  it.each(['', '1', 's', '999999999999999s', '1e3s', 1])('cannot read the duration %j, which is then 0', (json) => expect(read(duration, json)).toEqual({ x: 0, readable: false }));

  it('are unset when they are null', () => expect([read(timestamp, null).x, read(duration, null).x]).toEqual([undefined, undefined]));
});

describe('free values', () => {
  it.each([[1, '1.0'], [[1, 'a', { k: null }], '[1.0, "a", {"k": null}]'], [null, 'null'], [false, 'false'], [2n ** 60n, '1.152921504606847e+18'], [JSON.parse('{"__proto__":1}'), '{"__proto__": 1.0}']])('have doubles for numbers: %j', (value, text) => {
    expect(dumpPython(read(freeValue, value).x ?? null)).toBe(text);
  });

  it('are bounded in depth and finite', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100; depth += 1) value = [value];
    expect(() => read(freeValue, value)).toThrow('at most 64 deep');
    expect(() => read(freeValue, [Infinity])).toThrow('must be finite');
  });
});

describe('a field mask', () => {
  it.each<[unknown, string[], boolean]>([['assessmentName,feedback', ['assessment_name', 'feedback'], true], ['', [], true], ['feedback,assessment_name', ['feedback'], false], [{ paths: ['feedback'] }, [], false]])('%j has the paths %j', (json, paths, readable) => {
    expect(read(fieldMask, json)).toEqual({ x: paths, readable });
  });
});

describe('a map', () => {
  it('keeps keys as they are, and what was read before a value that is no text', () => {
    expect(read(textMap, JSON.parse('{"camelCase":"a","__proto__":"b"}'))).toEqual({ x: JSON.parse('{"camelCase":"a","__proto__":"b"}') as unknown, readable: true });
    expect(read(textMap, { a: '1', b: 2, c: '3' })).toEqual({ x: { a: '1' }, readable: false });
    expect(read(textMap, ['a'])).toEqual({ x: {}, readable: false });
  });

  it('is bounded', () => expect(() => read(textMap, Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [String(index), ''])))).toThrow('at most 10000'));
});

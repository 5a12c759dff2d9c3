import { dumpPython } from '@modelyard/tracking';
import { duration, durationText, freeValue, timestamp, timestampText } from './trace-fields.js';

describe('times on the wire', () => {
  it.each([
    ['2025-01-01T00:00:00Z', 1735689600000, '2025-01-01T00:00:00Z'],
    ['2025-01-01T01:00:00.5+01:00', 1735689600500, '2025-01-01T00:00:00.500Z'],
    ['2025-01-01T00:00:00.123456789Z', 1735689600123, '2025-01-01T00:00:00.123Z'],
  ])('reads %s', (text, milliseconds, written) => {
    expect(timestamp.parse(text)).toBe(milliseconds);
    expect(timestampText(milliseconds)).toBe(written);
  });

  it.each(['', 'now', '2025-01-01', '2025-13-01T00:00:00Z', '2025-01-01T00:00:00'])('refuses the time %j', (text) => expect(timestamp.safeParse(text).success).toBe(false));

  it.each([['1.25s', 1250, '1.250s'], ['0s', 0, '0s'], ['-0.001s', -1, '-0.001s'], ['3s', 3000, '3s'], ['1.000999s', 1000, '1s']])('reads the duration %s', (text, milliseconds, written) => {
    expect(duration.parse(text)).toBe(milliseconds);
    expect(durationText(milliseconds)).toBe(written);
  });

  it.each(['', '1', 's', '1.s', '999999999999999s', '1e3s'])('refuses the duration %j', (text) => expect(duration.safeParse(text).success).toBe(false));
});

describe('free values', () => {
  it.each([[1, '1.0'], [[1, 'a', { k: null }], '[1.0, "a", {"k": null}]'], [undefined, 'null'], [false, 'false'], [2n ** 60n, '1.152921504606847e+18']])('has doubles for numbers: %j', (value, text) => {
    expect(dumpPython(freeValue.parse(value))).toBe(text);
  });

  it('bounds the depth', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100; depth += 1) value = [value];
    expect(freeValue.safeParse(value).success).toBe(false);
  });
});

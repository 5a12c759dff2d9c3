import { formatBytes, formatCount, formatDuration, formatNumber, formatRelative, formatUtc, prettyJson, shortId } from './format.js';

describe('formatNumber goes by magnitude', () => {
  it.each([
    [0, '0'],
    [0.973123, '0.9731'],
    [12345, '12,345'],
    [12345.678, '12,345.7'],
    [3.14159265, '3.1416'],
    [0.00001234, '1.234e-5'],
    [-2e12, '-2.000e12'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

it('formatCount keeps all digits of 64-bit counts', () => {
  expect(formatCount('9007199254740993')).toBe('9,007,199,254,740,993');
});

it.each([
  [0, '0 ms'],
  [12_400, '12.4 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('formatDuration(%d) is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('formatBytes uses decimal units', () => {
  expect([formatBytes(512), formatBytes(1400), formatBytes('3200000')]).toEqual(['512 B', '1.4 kB', '3.2 MB']);
});

it('formatRelative says past and future', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');
  expect(formatRelative('2026-01-01T11:59:58Z', now)).toBe('just now');
  expect(formatRelative('2026-01-01T11:00:00Z', now)).toBe('1 h ago');
  expect(formatRelative('2026-01-03T12:00:00Z', now)).toBe('in 2 d');
});

it('formatUtc is exact', () => {
  expect(formatUtc('2026-01-01T12:34:56.789Z')).toBe('2026-01-01 12:34:56 UTC');
});

it('shortId cuts the middle', () => {
  expect(shortId('0123456789abcdef0123')).toBe('012345…0123');
  expect(shortId('short')).toBe('short');
});

it('prettyJson leaves other text alone', () => {
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson('a: 1')).toBe('a: 1');
});

it('prettyJson keeps rows of plain values on one line and changes no value', () => {
  const text = '{"data":[[5.1,"a, b",null],[]],"s":"[\\n 1,\\n 2]"}';
  expect(prettyJson(text)).toBe('{\n  "data": [\n    [5.1, "a, b", null],\n    []\n  ],\n  "s": "[\\n 1,\\n 2]"\n}');
  expect(JSON.parse(prettyJson(text))).toEqual(JSON.parse(text));
});

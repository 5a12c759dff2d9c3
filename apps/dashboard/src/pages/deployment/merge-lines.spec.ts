import { mergeLines } from './merge-lines.js';

const line = (sequence: number | string) => ({ sequence, time: '', stream: 'stdout', text: '', step: '' });

it('keeps each line once, in order, whatever order they arrive in', () => {
  const merged = mergeLines([line(1), line(4)], [line(3), line(4), line(2)]);
  expect(merged.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

it('is the same list when nothing is new', () => {
  const before = [line(1)];
  expect(mergeLines(before, [line(1)])).toBe(before);
});

it('orders sequences above 2^53', () => {
  expect(mergeLines([line('9007199254740993')], [line('9007199254740992')]).map(({ sequence }) => sequence)).toEqual(['9007199254740992', '9007199254740993']);
});

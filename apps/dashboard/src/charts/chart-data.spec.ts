import { alignLines, smooth, valueAt, type ChartLine } from './chart-data.js';

const point = (step: number, value: number | null, seconds = step) => ({ step, timestamp: new Date(1_000_000 + seconds * 1000).toISOString(), value, min: value === null ? null : value - 1, max: value === null ? null : value + 1 });
const line = (id: string, points: ChartLine['points']): ChartLine => ({ id, label: id, colour: '#000', points });
const plain = { axis: 'step', smoothing: 0, logScale: false } as const;

describe('alignLines', () => {
  it('puts lines of different steps on one sorted axis', () => {
    const { x, lines } = alignLines([line('a', [point(0, 1), point(2, 3)]), line('b', [point(1, 5)])], plain);
    expect(x).toEqual([0, 1, 2]);
    expect(lines.map(({ y }) => y)).toEqual([
      [1, null, 3],
      [null, 5, null],
    ]);
  });

  it('keeps the spread of each bucket, so that a spike stays visible', () => {
    expect(alignLines([line('a', [point(0, 4)])], plain).lines[0]).toMatchObject({ min: [3], max: [5] });
  });

  it('leaves out what a log scale cannot show', () => {
    expect(alignLines([line('a', [point(0, -1), point(1, 10)])], { ...plain, logScale: true }).lines[0]?.y).toEqual([null, 10]);
  });

  it('starts each line at zero on the relative axis', () => {
    expect(alignLines([line('a', [point(0, 1, 50), point(1, 1, 60)]), line('b', [point(0, 1, 70), point(1, 1, 75)])], { ...plain, axis: 'relative' }).x).toEqual([0, 5, 10]);
  });
});

describe('smooth', () => {
  it('keeps a constant line constant from its first point', () => {
    expect(smooth([2, 2, 2], 0.9)).toEqual([expect.closeTo(2), expect.closeTo(2), expect.closeTo(2)]);
  });

  it('keeps gaps', () => {
    expect(smooth([1, null, 1], 0.5)[1]).toBeNull();
  });
});

it('valueAt looks back over gaps', () => {
  expect(valueAt([1, null, null], 2)).toBe(1);
  expect(valueAt([null, 1], 0)).toBeNull();
});

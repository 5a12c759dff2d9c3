import type { MetricPoint } from '../api/types.js';

export type XAxis = 'step' | 'time' | 'relative';

export interface ChartLine {
  readonly id: string;
  readonly label: string;
  readonly colour: string;
  readonly points: readonly MetricPoint[];
}

export interface ChartOptions {
  readonly axis: XAxis;
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  readonly smoothing: number;
  readonly logScale: boolean;
}

/** Lines on one sorted x axis. For each line: what is drawn, its minimum and maximum, and the raw values. */
export interface AlignedLines {
  readonly x: number[];
  readonly lines: readonly { readonly y: (number | null)[]; readonly min: (number | null)[]; readonly max: (number | null)[]; readonly raw: (number | null)[] }[];
}

/** Puts lines with different steps on one axis; a gap of one line is null there. */
export function alignLines(lines: readonly ChartLine[], { axis, smoothing, logScale }: ChartOptions): AlignedLines {
  const xsOfLines = lines.map((line) => xValues(line.points, axis));
  const x = [...new Set(xsOfLines.flat())].sort((a, b) => a - b);
  const indexOf = new Map(x.map((value, index) => [value, index]));
  const drawable = (value: number | null) => (value === null || (logScale && value <= 0) ? null : value);
  return {
    x,
    lines: lines.map((line, at) => {
      const spread = (values: readonly (number | null)[]) => {
        const out = new Array<number | null>(x.length).fill(null);
        values.forEach((value, index) => {
          const place = indexOf.get(xsOfLines[at]?.[index] ?? Number.NaN);
          if (place !== undefined) out[place] = drawable(value);
        });
        return out;
      };
      const raw = line.points.map((point) => point.value);
      return {
        y: spread(smooth(raw, smoothing)),
        raw: spread(raw),
        min: spread(line.points.map((point) => point.min ?? point.value)),
        max: spread(line.points.map((point) => point.max ?? point.value)),
      };
    }),
  };
}

function xValues(points: readonly MetricPoint[], axis: XAxis): number[] {
  const first = points[0] === undefined ? 0 : Date.parse(points[0].timestamp);
  switch (axis) {
    case 'step':
      return points.map((point) => Number(point.step));
    case 'time':
      return points.map((point) => Date.parse(point.timestamp) / 1000);
    case 'relative':
      return points.map((point) => (Date.parse(point.timestamp) - first) / 1000);
  }
}

/** Exponential moving average without the pull towards zero at the start. Gaps stay gaps. */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values];
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    sum = sum * weight + value * (1 - weight);
    norm = norm * weight + (1 - weight);
    return sum / norm;
  });
}

/** The last known value at or before an index, for the read-out under the cursor. */
export function valueAt(values: readonly (number | null)[], index: number): number | null {
  for (let at = index; at >= 0; at -= 1) {
    const value = values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

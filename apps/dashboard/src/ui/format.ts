import type { Long } from '../api/types.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A metric by its magnitude: 0.9731, 12,345, 1.2e-7. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(3).replace('e+', 'e');
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  return String(Number(value.toPrecision(size < 1 ? 4 : 5)));
}

/** A 64-bit count with all its digits, grouped. */
export function formatCount(value: Long): string {
  return BigInt(value).toLocaleString('en-US');
}

/** A duration given in milliseconds: 340 ms, 12.4 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(ms: Long): string {
  const total = Number(ms);
  if (total < 1000) return `${Math.round(total)} ms`;
  const seconds = total / 1000;
  if (seconds < MINUTE) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

/** A size in bytes: 512 B, 1.4 kB, 3.2 MB. */
export function formatBytes(bytes: Long): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** How long ago (or ahead) a time is, in one unit. */
export function formatRelative(iso: string, now: number): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return iso;
  if (Math.abs(seconds) < 10) return 'just now';
  const [size, unit] = largestUnit(Math.abs(seconds));
  const text = `${Math.floor(Math.abs(seconds) / size)} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function largestUnit(seconds: number): [number, string] {
  if (seconds < MINUTE) return [1, 's'];
  if (seconds < HOUR) return [MINUTE, 'min'];
  if (seconds < DAY) return [HOUR, 'h'];
  if (seconds < 60 * DAY) return [DAY, 'd'];
  if (seconds < 730 * DAY) return [30 * DAY, 'mo'];
  return [365 * DAY, 'y'];
}

/** The exact time, in UTC. */
export function formatUtc(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** An id, short in the middle. */
export function shortId(id: string): string {
  return id.length <= 13 ? id : `${id.slice(0, 6)}…${id.slice(-4)}`;
}

/** JSON text set for reading; other text as it is. */
export function prettyJson(text: string): string {
  try {
    // Lists of plain values stay on one line: rows of data are read as rows.
    return JSON.stringify(JSON.parse(text), null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (whole, inner: string) => {
      const line = inner.replace(/,\n\s+/g, ', ');
      return line.length <= 100 && !line.includes('\n') ? `[${line}]` : whole;
    });
  } catch {
    return text;
  }
}

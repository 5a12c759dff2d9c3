const HUES = [216, 24, 152, 340, 48, 268, 184, 4, 96, 304, 200, 72];

/** The colour of a run: the same in every chart and on every visit, readable on light and dark. */
export function runColour(runId: string): string {
  let hash = 2166136261;
  for (let index = 0; index < runId.length; index += 1) {
    hash = Math.imul(hash ^ runId.charCodeAt(index), 16777619) >>> 0;
  }
  const hue = (HUES[hash % HUES.length] ?? 216) + ((hash >>> 8) % 11) - 5;
  const lightness = [46, 56][(hash >>> 16) % 2] ?? 50;
  return `hsl(${(hue + 360) % 360} 68% ${lightness}%)`;
}

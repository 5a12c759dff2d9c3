import type { ComparedRun } from './experiment.graphql.js';

/** One key of all runs; null where a run lacks it. */
export interface ComparedLine {
  readonly key: string;
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

/** Params and metrics of runs by key, in the order of names. */
export function compareRuns(runs: readonly Pick<ComparedRun, 'params' | 'metrics'>[]): { params: ComparedLine[]; metrics: ComparedLine[] } {
  return {
    params: toLines(runs.map((run) => new Map(run.params.map(({ key, value }) => [key, value])))),
    metrics: toLines(runs.map((run) => new Map(run.metrics.map(({ key, value, valueText }) => [key, value === null ? valueText : String(value)])))),
  };
}

function toLines(maps: readonly ReadonlyMap<string, string>[]): ComparedLine[] {
  const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  return keys.map((key) => {
    const values = maps.map((map) => map.get(key) ?? null);
    return { key, values, differs: values.some((value) => value !== values[0]) };
  });
}

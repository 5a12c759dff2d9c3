export interface CorrelationCounts {
  readonly total: number;
  readonly first: number;
  readonly second: number;
  readonly joint: number;
}

/** Normalised pointwise mutual information, -1 to 1; null where it is not defined. */
export interface Correlation extends CorrelationCounts {
  readonly npmi: number | null;
  /** With half a trace added to each case, so that few traces say little. */
  readonly npmiSmoothed: number | null;
}

const JEFFREYS_PRIOR = 0.5;

/** As mlflow.store.analytics.trace_correlation. */
export function correlation(counts: CorrelationCounts): Correlation {
  const { total, first, second, joint } = counts;
  const cells = [joint, first - joint, second - joint, total - first - second + joint];
  const isDefined = total > 0 && first > 0 && second > 0 && Math.min(...cells) >= 0;
  if (!isDefined) return { ...counts, npmi: null, npmiSmoothed: null };
  return { ...counts, npmi: joint === 0 ? -1 : npmi(cells, 0), npmiSmoothed: npmi(cells, JEFFREYS_PRIOR) };
}

function npmi([both = 0, onlyFirst = 0, onlySecond = 0, neither = 0]: readonly number[], smoothing: number): number {
  // Logarithms would divide zero by zero.
  if (onlyFirst === 0 && onlySecond === 0 && neither === 0) return 1;
  const cell = (count: number) => count + smoothing;
  const [joint, total] = [cell(both), cell(both) + cell(onlyFirst) + cell(onlySecond) + cell(neither)].map(Math.log) as [number, number];
  // In the order of MLflow's sums, on which the last digit depends.
  const information = joint + total - (Math.log(cell(both) + cell(onlyFirst)) + Math.log(cell(both) + cell(onlySecond)));
  return Math.max(-1, Math.min(1, information / -(joint - total)));
}

import { correlation } from './correlation.js';

describe('correlation', () => {
  // Numbers of mlflow.store.analytics.trace_correlation.calculate_npmi_from_counts (3.17).
  it.each([
    [{ total: 100, first: 20, second: 15, joint: 10 }, 0.5229, 0.5099],
    [{ total: 2, first: 2, second: 1, joint: 1 }, 0, 0],
    [{ total: 10, first: 5, second: 5, joint: 0 }, -1, -0.5638],
    [{ total: 4, first: 4, second: 4, joint: 4 }, 1, 1],
  ])('of %j is %d, smoothed %d', (counts, npmi, npmiSmoothed) => {
    const { npmi: actual, npmiSmoothed: smoothed } = correlation(counts);
    expect(actual).toBeCloseTo(npmi, 3);
    expect(smoothed).toBeCloseTo(npmiSmoothed, 3);
  });

  it.each([{ total: 0, first: 0, second: 0, joint: 0 }, { total: 3, first: 0, second: 1, joint: 0 }])('is not defined for %j', (counts) => {
    expect(correlation(counts)).toEqual({ ...counts, npmi: null, npmiSmoothed: null });
  });
});

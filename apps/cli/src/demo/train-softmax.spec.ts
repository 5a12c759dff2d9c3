import { IRIS, IRIS_CLASSES, IRIS_FEATURES } from './iris.js';
import { accuracyOf, probabilities, splitRows, trainSoftmax, type EpochResult } from './train-softmax.js';

const options = { classes: 3, epochs: 200, learningRate: 0.5, l2: 0.001 };

describe('the iris data', () => {
  it('has 50 flowers of each class with four positive measurements', () => {
    expect(IRIS).toHaveLength(150);
    for (const label of IRIS_CLASSES.keys()) expect(IRIS.filter((row) => row.label === label)).toHaveLength(50);
    for (const { features } of IRIS) {
      expect(features).toHaveLength(IRIS_FEATURES.length);
      expect(features.every((value) => value > 0 && value < 8)).toBe(true);
    }
  });

  it('has the known column means', () => {
    const means = IRIS_FEATURES.map((_, j) => IRIS.reduce((sum, row) => sum + (row.features[j] ?? 0), 0) / 150);
    [5.8433, 3.0573, 3.758, 1.1993].forEach((mean, j) => expect(means[j]).toBeCloseTo(mean, 4));
  });
});

describe('splitRows', () => {
  it('gives the same split for the same seed, another for another, and loses no row', () => {
    const split = splitRows(IRIS, 0.2, 7);
    expect(split).toEqual(splitRows(IRIS, 0.2, 7));
    expect(split).not.toEqual(splitRows(IRIS, 0.2, 8));
    expect(split.test).toHaveLength(30);
    expect(new Set([...split.train, ...split.test]).size).toBe(150);
  });
});

describe('trainSoftmax', () => {
  it.each([1, 2, 3])('is right on more than nine in ten held-out rows (seed %i)', (seed) => {
    const { train, test } = splitRows(IRIS, 0.3, seed);
    expect(accuracyOf(trainSoftmax(train, options), test)).toBeGreaterThan(0.9);
  });

  it('is deterministic, and its loss falls', () => {
    const seen: EpochResult[] = [];
    const model = trainSoftmax(IRIS, options, (result) => seen.push(result));
    expect(model).toEqual(trainSoftmax(IRIS, options));
    expect(seen).toHaveLength(options.epochs);
    expect(seen[0]?.loss).toBeCloseTo(Math.log(3), 10);
    expect(seen.at(-1)?.loss).toBeLessThan(0.15);
  });

  it('gives probabilities that sum to one', () => {
    const row = probabilities(trainSoftmax(IRIS, options), [5.1, 3.5, 1.4, 0.2]);
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  });
});

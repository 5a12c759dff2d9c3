import type { LinearClassifier } from './onnx-model.js';

export interface LabelledRow {
  readonly features: readonly number[];
  readonly label: number;
}

export interface TrainingOptions {
  readonly classes: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Weight of the squared weights in the loss. */
  readonly l2: number;
}

export interface EpochResult {
  /** Counted from 0. */
  readonly epoch: number;
  /** Mean cross-entropy on the rows trained on. */
  readonly loss: number;
  readonly accuracy: number;
}

/** Deals rows into two piles by a seeded shuffle: same seed, same split. `heldOut` is a share between 0 and 1. */
export function splitRows<T>(rows: readonly T[], heldOut: number, seed: number): { train: T[]; test: T[] } {
  const shuffled = [...rows];
  const random = mulberry32(seed);
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  const testCount = Math.round(rows.length * heldOut);
  return { train: shuffled.slice(testCount), test: shuffled.slice(0, testCount) };
}

/**
 * Softmax regression by full-batch gradient descent from zero weights, hence the same result on every machine with
 * IEEE doubles. `onEpoch` sees each epoch's loss. The weights apply to raw features: scaling is folded in.
 */
export function trainSoftmax(
  rows: readonly LabelledRow[],
  options: TrainingOptions,
  onEpoch: (result: EpochResult) => void = () => undefined,
): LinearClassifier {
  const scaler = fitScaler(rows.map((row) => row.features));
  const scaled = rows.map((row) => ({ features: scaler.apply(row.features), label: row.label }));
  const features = scaler.mean.length;
  let model: LinearClassifier = {
    weights: Array.from({ length: features }, () => zeros(options.classes)),
    bias: zeros(options.classes),
  };
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const { loss, accuracy, next } = descend(model, scaled, options);
    onEpoch({ epoch, loss, accuracy });
    model = next;
  }
  return unscale(model, scaler);
}

/** The probability of each class for one row. */
export function probabilities(model: LinearClassifier, features: readonly number[]): number[] {
  const logits = model.bias.map((bias, k) => features.reduce((sum, x, j) => sum + x * at(model.weights[j] ?? [], k), bias));
  const top = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** The most probable class; the first of equals, as ONNX's ArgMax. */
export function predict(model: LinearClassifier, features: readonly number[]): number {
  const row = probabilities(model, features);
  return row.indexOf(Math.max(...row));
}

/** The share of rows predicted right, 0 to 1. */
export function accuracyOf(model: LinearClassifier, rows: readonly LabelledRow[]): number {
  return rows.filter((row) => predict(model, row.features) === row.label).length / rows.length;
}

function descend(model: LinearClassifier, rows: readonly LabelledRow[], { classes, learningRate, l2 }: TrainingOptions) {
  const gradient = model.weights.map(() => zeros(classes));
  const biasGradient = zeros(classes);
  let loss = 0;
  let right = 0;
  for (const { features, label } of rows) {
    const row = probabilities(model, features);
    loss -= Math.log(Math.max(at(row, label), Number.MIN_VALUE));
    if (row.indexOf(Math.max(...row)) === label) right++;
    for (let k = 0; k < classes; k++) {
      const error = at(row, k) - (k === label ? 1 : 0);
      biasGradient[k] = at(biasGradient, k) + error;
      gradient.forEach((column, j) => (column[k] = at(column, k) + error * at(features, j)));
    }
  }
  const step = learningRate / rows.length;
  const next: LinearClassifier = {
    weights: model.weights.map((column, j) =>
      column.map((weight, k) => weight * (1 - learningRate * l2) - step * at(gradient[j] ?? [], k)),
    ),
    bias: model.bias.map((bias, k) => bias - step * at(biasGradient, k)),
  };
  return { loss: loss / rows.length, accuracy: right / rows.length, next };
}

function fitScaler(rows: readonly (readonly number[])[]) {
  const columns = (rows[0] ?? []).map((_, j) => rows.map((row) => at(row, j)));
  const mean = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / column.length);
  // A constant column has no spread; 1 keeps it harmless.
  const deviation = columns.map(
    (column, j) => Math.sqrt(column.reduce((sum, x) => sum + (x - at(mean, j)) ** 2, 0) / column.length) || 1,
  );
  const apply = (features: readonly number[]) => features.map((x, j) => (x - at(mean, j)) / at(deviation, j));
  return { mean, deviation, apply };
}

function unscale(model: LinearClassifier, scaler: ReturnType<typeof fitScaler>): LinearClassifier {
  const weights = model.weights.map((column, j) => column.map((weight) => weight / at(scaler.deviation, j)));
  const bias = model.bias.map((value, k) =>
    weights.reduce((sum, column, j) => sum - at(column, k) * at(scaler.mean, j), value),
  );
  return { weights, bias };
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

/** A small seeded generator of numbers in [0, 1) (public domain, T. Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

import type { DataFrame } from './data-frame.js';
import { invalid, nest, readNested, toJsonValues, toTensor, type Tensor, type TensorSpec } from './tensor.js';

/**
 * A data frame as a model's inputs, as mlflow.onnx does it: the whole table is the input of a model with one, else each
 * input is the column of its name. Beyond MLflow, a column fits an input [n, 1] and a table of one column an input [n].
 */
export function frameToFeeds(frame: DataFrame, inputs: readonly TensorSpec[]): Map<string, Tensor> {
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return new Map([[only.name, tableToTensor(frame, only)]]);
  const columns = frame.columns;
  const missing = inputs.filter((input) => !columns?.includes(input.name));
  if (columns === null || missing.length > 0) throw invalid(`Model is missing inputs [${missing.map((input) => `'${input.name}'`).join(', ')}]. Name a column for each.`);
  return new Map(inputs.map((input) => [input.name, columnToTensor(frame.rows.map((row) => row[columns.indexOf(input.name)]), input)]));
}

function tableToTensor(frame: DataFrame, spec: TensorSpec): Tensor {
  const width = frame.rows[0]?.length ?? frame.columns?.length ?? 0;
  if (frame.rows.length === 0) throw invalid('The data has no rows.');
  if (width === 1 && (spec.shape.length !== 2 || Array.isArray(frame.rows[0]?.[0]))) return columnToTensor(frame.rows.map((row) => row[0]), spec);
  return toTensor(spec, readNested(frame.rows, `Input '${spec.name}'`));
}

function columnToTensor(values: readonly unknown[], spec: TensorSpec): Tensor {
  if (values.length === 0) throw invalid('The data has no rows.');
  const nested = readNested(values, `Input '${spec.name}'`);
  const lift = nested.shape.length === 1 && spec.shape.length === 2;
  return toTensor(spec, lift ? { ...nested, shape: [...nested.shape, 1] } : nested);
}

/**
 * Outputs as the records of a data frame. MLflow flattens each output to one column, which fails when their lengths
 * differ; then a record here holds one row of each output instead (label and probabilities of a classifier).
 */
export function framePredictions(results: ReadonlyMap<string, Tensor>, rows: number): unknown {
  const flat = [...results].map(([name, tensor]) => ({ name, values: toJsonValues(tensor), shape: tensor.shape }));
  const lengths = new Set(flat.map(({ values }) => values.length));
  if (lengths.size <= 1) return records(flat, [...lengths][0] ?? 0);
  if (flat.every(({ shape }) => shape[0] === rows)) {
    return records(flat.map((output) => ({ ...output, values: nest(output.values, output.shape) as unknown[] })), rows);
  }
  return Object.fromEntries(flat.map(({ name, values, shape }) => [name, nest(values, shape)]));
}

function records(columns: readonly { name: string; values: readonly unknown[] }[], count: number): unknown[] {
  return Array.from({ length: count }, (_, row) => Object.fromEntries(columns.map(({ name, values }) => [name, values[row]])));
}

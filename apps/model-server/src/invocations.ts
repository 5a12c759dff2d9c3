import { stringifyJson } from '@modelyard/kernel';
import { parseBody } from './bounded-json.js';
import { enforceSignature, frameFromCsv, frameFromRecords, frameFromSplit, objectEntries, type DataFrame } from './data-frame.js';
import { framePredictions, frameToFeeds } from './frame-tensors.js';
import type { Model } from './onnx-model.js';
import type { SignatureInput } from './signature.js';
import { invalid, nest, readNested, toJsonValues, toTensor, type Tensor } from './tensor.js';

/** The four ways to name the data in a JSON body. Source: mlflow/pyfunc/scoring_server. */
const FORMATS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

export class UnsupportedMediaType extends Error {}

/**
 * MLflow's `POST /invocations`. A column signature gives `{"predictions": [{output: value}]}`, a tensor signature
 * `{"predictions": {output: [...]}}`; without one, data frames are answered in the first form and tensors in the second,
 * as MLflow's ONNX flavour does. Throws INVALID_ARGUMENT, or UnsupportedMediaType.
 */
export async function invoke(model: Model, signature: readonly SignatureInput[] | null, contentType: string | undefined, body: Buffer): Promise<string> {
  const data = readMediaType(contentType) === 'csv' ? frameFromCsv(decode(body), signature) : readJson(parseBody(body), signature);
  const outputs = model.outputs.map((output) => output.name);
  if (data instanceof Map) return byOutput(await model.run(tensorsToFeeds(data, model), outputs));
  const frame = isColumnar(signature) ? enforceSignature(data, signature ?? []) : data;
  const results = await model.run(frameToFeeds(frame, model.inputs), outputs);
  if (signature !== null && !isColumnar(signature)) return byOutput(results);
  return stringifyJson({ predictions: framePredictions(results, frame.rows.length) });
}

function byOutput(results: ReadonlyMap<string, Tensor>): string {
  return stringifyJson({ predictions: Object.fromEntries([...results].map(([name, tensor]) => [name, nest(toJsonValues(tensor), tensor.shape)])) });
}

function isColumnar(signature: readonly SignatureInput[] | null): boolean {
  return signature?.some((input) => input.kind === 'column') ?? false;
}

function readMediaType(contentType: string | undefined): 'json' | 'csv' {
  const [mime = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  for (const parameter of parameters) {
    const [name, value] = parameter.split('=');
    if (name !== 'charset') throw new UnsupportedMediaType('Unrecognized content type parameters. Only charset=utf-8 is understood.');
    if (value?.replaceAll('"', '') !== 'utf-8') throw new UnsupportedMediaType('The scoring server only supports UTF-8');
  }
  if (mime === 'application/json') return 'json';
  if (mime === 'text/csv') return 'csv';
  throw new UnsupportedMediaType("This predictor only supports the following content types: Types: ['text/csv', 'application/json'].");
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
}

/** A data frame, or tensors by name; the name '' stands for the model's only input. */
function readJson(json: unknown, signature: readonly SignatureInput[] | null): DataFrame | Map<string, unknown> {
  const fields = objectEntries(json, `The input must be a JSON dictionary with exactly one of the input fields ${FORMATS.join(', ')}.`);
  const given = FORMATS.filter((format) => fields.has(format));
  const [format] = given;
  if (format === undefined || given.length > 1) {
    throw invalid(`The input must be a JSON dictionary with exactly one of the input fields ${FORMATS.join(', ')}. Received ${given.length} of them.`);
  }
  const params = fields.get('params') ?? null;
  if (params !== null) objectEntries(params, "'params' must be an object.");
  return readData(format, fields.get(format), signature);
}

function readData(format: (typeof FORMATS)[number], value: unknown, signature: readonly SignatureInput[] | null): DataFrame | Map<string, unknown> {
  const columnar = isColumnar(signature);
  switch (format) {
    case 'dataframe_split':
      return frameFromSplit(value);
    case 'dataframe_records':
      return frameFromRecords(value);
    case 'instances': {
      const list = Array.isArray(value) ? (value as unknown[]) : [];
      if (list.length === 0) throw invalid("'instances' must be a list with at least one row.");
      if (!list.some(isObject)) return columnar ? frameFromSplit({ data: list }) : new Map([['', list]]);
      const frame = frameFromRecords(list, 'instances');
      return columnar ? frame : columnsOf(frame);
    }
    case 'inputs':
      if (!isObject(value)) return columnar ? frameFromInputs(value) : new Map([['', value]]);
      return columnar ? frameFromColumns(new Map(Object.entries(value))) : new Map(Object.entries(value));
  }
}

function frameFromInputs(value: unknown): DataFrame {
  if (Array.isArray(value) && value.some(isObject)) return frameFromRecords(value, 'inputs');
  return frameFromSplit({ data: Array.isArray(value) ? (value as unknown[]) : [value] });
}

function frameFromColumns(columns: Map<string, unknown>): DataFrame {
  const lists = [...columns.values()].map((column) => (Array.isArray(column) ? (column as unknown[]) : [column]));
  const rows = lists[0]?.length ?? 0;
  if (lists.some((list) => list.length !== rows)) throw invalid('The length of values for each input/column name are not the same.');
  return { columns: [...columns.keys()], rows: Array.from({ length: rows }, (_, row) => lists.map((list) => list[row])) };
}

function columnsOf(frame: DataFrame): Map<string, unknown> {
  return new Map((frame.columns ?? []).map((name, index) => [name, frame.rows.map((row) => row[index])]));
}

function tensorsToFeeds(data: Map<string, unknown>, model: Model): Map<string, Tensor> {
  const [only] = model.inputs;
  const named = data.has('') && model.inputs.length === 1 && only !== undefined ? new Map([[only.name, data.get('')]]) : data;
  const known = model.inputs.map((input) => input.name);
  const missing = known.filter((name) => !named.has(name));
  if (missing.length > 0) throw invalid(`Model is missing inputs [${missing.map((name) => `'${name}'`).join(', ')}].`);
  if (named.size > known.length) throw invalid(`The model takes only the inputs [${known.map((name) => `'${name}'`).join(', ')}].`);
  return new Map(model.inputs.map((spec) => [spec.name, toTensor(spec, readNested(named.get(spec.name), `Input '${spec.name}'`))]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

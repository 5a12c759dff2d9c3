import { stringifyJson } from '@modelyard/kernel';
import { z } from 'zod';
import { parseBody } from './bounded-json.js';
import type { Model } from './onnx-model.js';
import { DATATYPES, invalid, readNested, toJsonValues, toTensor, type Nested, type Tensor, type TensorSpec } from './tensor.js';

/** What the protocol says about the served model. */
export interface ServedModel {
  readonly name: string;
  /** undefined: unversioned. */
  readonly version: string | undefined;
  readonly model: Model;
}

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();
const MAX_TENSORS = 1024;
const MAX_RANK = 32;

const inferRequest = z.object({
  id: z.string().max(1024).optional(),
  parameters,
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int().nonnegative()).max(MAX_RANK),
        datatype: z.string(),
        parameters,
        data: z.unknown(),
      }),
    )
    .min(1)
    .max(MAX_TENSORS),
  outputs: z.array(z.object({ name: z.string(), parameters })).max(MAX_TENSORS).optional(),
});

type InferRequest = z.output<typeof inferRequest>;

/** Model metadata of the Open Inference Protocol, version 2 (github.com/kserve/open-inference-protocol). */
export function modelMetadata({ name, version, model }: ServedModel): string {
  const tensors = (specs: readonly TensorSpec[]) => specs.map(({ name: tensor, datatype, shape }) => ({ name: tensor, datatype, shape }));
  return stringifyJson({
    name,
    versions: version === undefined ? undefined : [version],
    platform: 'onnxruntime_onnx',
    inputs: tensors(model.inputs),
    outputs: tensors(model.outputs),
  });
}

/** `POST /v2/models/<name>/infer`: answers flat row-major data. Throws INVALID_ARGUMENT. */
export async function infer({ name, version, model }: ServedModel, body: Buffer): Promise<string> {
  const request = readRequest(body);
  const outputs = requestedOutputs(request, model);
  const results = await model.run(readInputs(request, model), outputs);
  return stringifyJson({
    model_name: name,
    model_version: version,
    id: request.id,
    outputs: [...results].map(([output, tensor]) => ({ name: output, shape: tensor.shape, datatype: tensor.datatype, data: toJsonValues(tensor) })),
  });
}

function readRequest(body: Buffer): InferRequest {
  const result = inferRequest.safeParse(parseBody(body));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`Not a valid inference request: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function requestedOutputs(request: InferRequest, model: Model): string[] {
  const known = model.outputs.map((output) => output.name);
  if (request.outputs === undefined || request.outputs.length === 0) return known;
  const names = request.outputs.map((output) => output.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`The model has no such output. It has: ${known.join(', ')}.`);
  return [...new Set(names)];
}

function readInputs(request: InferRequest, model: Model): Map<string, Tensor> {
  const specs = new Map(model.inputs.map((spec) => [spec.name, spec]));
  const feeds = new Map<string, Tensor>();
  for (const input of request.inputs) {
    const spec = specs.get(input.name);
    if (spec === undefined) throw invalid(`The model has no such input. It has: ${[...specs.keys()].join(', ')}.`);
    if (feeds.has(spec.name)) throw invalid(`Input '${spec.name}' is given twice.`);
    checkDatatype(spec, input.datatype);
    feeds.set(spec.name, toTensor(spec, readData(spec.name, input.shape, input.data)));
  }
  const missing = model.inputs.find((spec) => !feeds.has(spec.name));
  if (missing !== undefined) throw invalid(`Input '${missing.name}' is missing.`);
  return feeds;
}

/** Liberal in one point: FP64 is taken for FP32, as MLflow does, because JSON has only one kind of number. */
function checkDatatype(spec: TensorSpec, datatype: string): void {
  if (!Object.hasOwn(DATATYPES, datatype)) {
    throw invalid(`Input '${spec.name}' has a datatype that JSON cannot carry or that does not exist. Use one of: ${Object.keys(DATATYPES).join(', ')}.`);
  }
  if (datatype !== spec.datatype && !(datatype === 'FP64' && spec.datatype === 'FP32')) {
    throw invalid(`Input '${spec.name}' has datatype ${datatype}; the model takes ${spec.datatype}.`);
  }
}

/** Data may be flat or nested; either way it must have as many values as the shape says. */
function readData(name: string, shape: readonly number[], data: unknown): Nested {
  if (!Array.isArray(data)) throw invalid(`Input '${name}' needs 'data': a list.`);
  const nested = readNested(data, `Input '${name}'`);
  const count = shape.reduce((product, size) => product * size, 1);
  const flat = nested.shape.length === 1;
  const sameNesting = nested.shape.length === shape.length && nested.shape.every((size, axis) => size === shape[axis]);
  if (nested.values.length !== count || !(flat || sameNesting)) {
    throw invalid(`Input '${name}': shape [${shape.join(', ')}] means ${count} values, the data has ${nested.values.length} in [${nested.shape.join(', ')}].`);
  }
  return { shape, values: nested.values };
}

import { DomainError } from '@modelyard/kernel';
import * as ort from 'onnxruntime-node';
import { DATATYPES, datatypeOfOnnx, invalid, type Tensor, type TensorSpec } from './tensor.js';
import { Turnstile } from './turnstile.js';

export interface Model {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Predicts. Throws INVALID_ARGUMENT when the model refuses the input, UNAVAILABLE when too many callers wait. */
  run(feeds: ReadonlyMap<string, Tensor>, outputs: readonly string[]): Promise<Map<string, Tensor>>;
}

/** Callers that may wait for a turn; beyond that, answering "busy" at once is kinder than a time-out. */
const MAX_WAITING = 512;

/** Loads an ONNX file on the CPU. Throws an Error when it cannot be loaded, or has inputs that JSON cannot carry. */
export async function loadOnnxModel(file: string, options: { threads: number }): Promise<Model> {
  const session = await ort.InferenceSession.create(file, {
    // By name: the package also lists GPU backends whose libraries are absent.
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const turnstile = new Turnstile(options.threads, MAX_WAITING);
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    run: (feeds, outputs) => turnstile.pass(() => predict(session, feeds, outputs)),
  };
}

function describe(metadata: ort.InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) {
    throw new Error(`'${metadata.name}' is a sequence or map, not a tensor. Export the model with plain tensors (skl2onnx: options={'zipmap': False}).`);
  }
  const datatype = datatypeOfOnnx(metadata.type);
  if (datatype === undefined) throw new Error(`'${metadata.name}' has type ${metadata.type}, which JSON cannot carry. Export the model with float32.`);
  return { name: metadata.name, datatype, shape: metadata.shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

async function predict(session: ort.InferenceSession, feeds: ReadonlyMap<string, Tensor>, outputs: readonly string[]) {
  const inputs = Object.fromEntries([...feeds].map(([name, tensor]) => [name, toOrt(tensor)]));
  const results = await session.run(inputs, outputs).catch((cause: unknown) => {
    throw new DomainError('INVALID_ARGUMENT', 'The model could not evaluate this input. Check its values and shapes against the model.', {}, { cause });
  });
  return new Map(outputs.map((name) => [name, fromOrt(name, results[name])]));
}

function toOrt(tensor: Tensor): ort.Tensor {
  return new ort.Tensor(DATATYPES[tensor.datatype].onnx, tensor.data as never, tensor.shape);
}

function fromOrt(name: string, result: ort.OnnxValue | undefined): Tensor {
  const datatype = result === undefined ? undefined : datatypeOfOnnx(result.type);
  if (result === undefined || datatype === undefined) throw invalid(`The model gave no tensor for its output '${name}'.`);
  return { datatype, shape: result.dims, data: result.data as Tensor['data'] };
}

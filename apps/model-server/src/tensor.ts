import { DomainError } from '@modelyard/kernel';

/** A tensor as the Open Inference Protocol names things; `shape` has -1 where any size fits. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[];

/** Row-major values with their shape. Booleans are a Uint8Array of 0 and 1, as in onnxruntime. */
export interface Tensor {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Plain values with the shape that their nesting has. */
export interface Nested {
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
}

type Scalar = number | bigint | string;

interface DatatypeRule {
  /** onnxruntime's name. */
  readonly onnx: 'float32' | 'float64' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'bool' | 'string';
  readonly pack: (values: Scalar[]) => TensorData;
  /** The value as it is stored, or undefined when it does not fit. */
  readonly read: (value: unknown) => Scalar | undefined;
}

const whole = (min: number, max: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;

const wholeBig = (bits: 'signed' | 'unsigned') => (value: unknown) => {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined;
  const big = BigInt(value as number | bigint);
  return big === (bits === 'signed' ? BigInt.asIntN(64, big) : BigInt.asUintN(64, big)) ? big : undefined;
};

// A missing number (null) is NaN, as pandas reads it; a finite number must stay finite.
const floating = (round: (value: number) => number) => (value: unknown) => {
  if (value === null) return NaN;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const rounded = round(Number(value));
  return Number.isFinite(rounded) ? rounded : undefined;
};

const numbers = (values: Scalar[]) => values as number[];
const bigints = (values: Scalar[]) => values as bigint[];

/** Every datatype that JSON can carry exactly enough; FP16 and BF16 it cannot. */
export const DATATYPES = {
  BOOL: { onnx: 'bool', pack: (v) => Uint8Array.from(numbers(v)), read: (v) => (typeof v === 'boolean' ? Number(v) : undefined) },
  UINT8: { onnx: 'uint8', pack: (v) => Uint8Array.from(numbers(v)), read: whole(0, 2 ** 8 - 1) },
  UINT16: { onnx: 'uint16', pack: (v) => Uint16Array.from(numbers(v)), read: whole(0, 2 ** 16 - 1) },
  UINT32: { onnx: 'uint32', pack: (v) => Uint32Array.from(numbers(v)), read: whole(0, 2 ** 32 - 1) },
  UINT64: { onnx: 'uint64', pack: (v) => BigUint64Array.from(bigints(v)), read: wholeBig('unsigned') },
  INT8: { onnx: 'int8', pack: (v) => Int8Array.from(numbers(v)), read: whole(-(2 ** 7), 2 ** 7 - 1) },
  INT16: { onnx: 'int16', pack: (v) => Int16Array.from(numbers(v)), read: whole(-(2 ** 15), 2 ** 15 - 1) },
  INT32: { onnx: 'int32', pack: (v) => Int32Array.from(numbers(v)), read: whole(-(2 ** 31), 2 ** 31 - 1) },
  INT64: { onnx: 'int64', pack: (v) => BigInt64Array.from(bigints(v)), read: wholeBig('signed') },
  FP32: { onnx: 'float32', pack: (v) => Float32Array.from(numbers(v)), read: floating(Math.fround) },
  FP64: { onnx: 'float64', pack: (v) => Float64Array.from(numbers(v)), read: floating((value) => value) },
  BYTES: { onnx: 'string', pack: (v) => v as string[], read: (v) => (typeof v === 'string' ? v : undefined) },
} as const satisfies Record<string, DatatypeRule>;

export type Datatype = keyof typeof DATATYPES;
export type OnnxType = (typeof DATATYPES)[Datatype]['onnx'];

const BY_ONNX_TYPE = new Map<string, Datatype>(Object.entries(DATATYPES).map(([name, rule]) => [rule.onnx, name as Datatype]));

/** The datatype of an onnxruntime type, or undefined when this server cannot serve it. */
export function datatypeOfOnnx(type: string): Datatype | undefined {
  return BY_ONNX_TYPE.get(type);
}

/** Reads nested lists as a tensor of values. Throws INVALID_ARGUMENT when the lists are not of equal length. */
export function readNested(value: unknown, what: string): Nested {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  const values: unknown[] = [];
  const collect = (item: unknown, depth: number): void => {
    if (depth === shape.length && !Array.isArray(item)) {
      values.push(item);
      return;
    }
    if (!Array.isArray(item) || item.length !== shape[depth]) throw invalid(`${what} is ragged: all lists of one level need the same length.`);
    for (const child of item) collect(child, depth + 1);
  };
  collect(value, 0);
  return { shape, values };
}

/**
 * Converts values to the type of a model's input and checks the shape against it. Throws INVALID_ARGUMENT with the
 * place of the first wrong value, never the value: messages end in logs, inputs may be personal.
 */
export function toTensor(spec: TensorSpec, nested: Nested): Tensor {
  checkShape(spec, nested.shape);
  const rule: DatatypeRule = DATATYPES[spec.datatype];
  const values = nested.values.map((value, index) => {
    const read = rule.read(value);
    if (read === undefined) throw invalid(`Input '${spec.name}': the value at position ${index} is not a valid ${spec.datatype} (it is ${kindOf(value)}).`);
    return read;
  });
  return { datatype: spec.datatype, shape: nested.shape, data: rule.pack(values) };
}

function checkShape(spec: TensorSpec, shape: readonly number[]): void {
  const fits = shape.length === spec.shape.length && spec.shape.every((size, axis) => size === -1 || size === shape[axis]);
  if (!fits) throw invalid(`Input '${spec.name}' has shape [${shape.join(', ')}]; the model takes [${spec.shape.join(', ')}] (-1: any size).`);
}

/** Plain JSON values of a tensor, flat. Integers beyond 2^53 are bigint; NaN and infinities, which JSON lacks, are null. */
export function toJsonValues(tensor: Tensor): unknown[] {
  if (tensor.datatype === 'BOOL') return Array.from(tensor.data as Uint8Array, (value) => value !== 0);
  return Array.from<Scalar, unknown>(tensor.data as ArrayLike<Scalar>, (value) => {
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  });
}

/** Flat values as nested lists of a shape. */
export function nest(values: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return values[0];
  if (shape.length === 1) return values;
  const [length = 0, ...inner] = shape;
  const size = inner.reduce((product, dimension) => product * dimension, 1);
  return Array.from({ length }, (_, index) => nest(values.slice(index * size, (index + 1) * size), inner));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'bigint' ? 'a large integer' : `a ${typeof value}`;
}

/** The caller's mistake, in words. */
export function invalid(message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', message);
}

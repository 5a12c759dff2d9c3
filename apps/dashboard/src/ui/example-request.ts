const MAX_VALUES = 4096;

// One plausible value for each of MLflow's column types (mlflow.types.DataType).
const COLUMN_VALUES: Readonly<Record<string, unknown>> = { boolean: true, integer: 1, long: 1, float: 1.5, double: 1.5, string: 'text', binary: 'AA==', datetime: '2026-01-01T00:00:00' };

interface InputSpec {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly 'tensor-spec'?: { readonly dtype?: unknown; readonly shape?: unknown };
}

/**
 * A body for `/invocations` of one row that fits a model's signature (the JSON of the MLmodel file); null when there is
 * no signature, or none of columns or tensors. For models that were logged without an input example.
 */
export function exampleRequest(signatureInputs: string | null): string | null {
  const specs = readSpecs(signatureInputs);
  if (specs === null) return null;
  const body = specs.every((spec) => spec['tensor-spec'] !== undefined) ? tensors(specs) : columns(specs);
  return body === null ? null : JSON.stringify(body);
}

function readSpecs(json: string | null): InputSpec[] | null {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && item !== null) ? (value as InputSpec[]) : null;
  } catch {
    return null;
  }
}

function columns(specs: readonly InputSpec[]): object | null {
  const row = specs.map(({ type }) => (typeof type === 'string' ? COLUMN_VALUES[type] : undefined));
  if (row.includes(undefined)) return null;
  const names = specs.map(({ name }) => name);
  return { dataframe_split: names.every((name) => typeof name === 'string') ? { columns: names, data: [row] } : { data: [row] } };
}

function tensors(specs: readonly InputSpec[]): object | null {
  const values = specs.map((spec) => tensor(spec['tensor-spec'] ?? {}));
  if (values.includes(null)) return null;
  const named = specs.map(({ name }, index) => [String(name), values[index]] as const);
  return { inputs: specs.length === 1 && specs[0]?.name === undefined ? values[0] : Object.fromEntries(named) };
}

function tensor({ dtype, shape }: { dtype?: unknown; shape?: unknown }): unknown {
  if (!Array.isArray(shape)) return null;
  const sizes = shape.map((size) => (size === -1 ? 1 : Number(size)));
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0) || sizes.reduce((count, size) => count * size, 1) > MAX_VALUES) return null;
  const value = dtype === 'bool' ? true : dtype === 'str' || dtype === 'object' ? 'text' : 1;
  return sizes.reduceRight<unknown>((inner, size) => Array.from({ length: size }, () => inner), value);
}

import { parse } from 'yaml';
import { z } from 'zod';

/** A column, tensor or parameter of a signature, as MLflow wrote it. */
export type SignatureField = Readonly<Record<string, unknown>>;

/** What the files of a model say about it. Absent: the model does not say. */
export interface ModelContents {
  /** Names of the flavours, such as `python_function` and `sklearn`, with what each says. */
  readonly flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signature: { readonly inputs?: readonly SignatureField[]; readonly outputs?: readonly SignatureField[]; readonly params?: readonly SignatureField[] } | null;
  readonly mlflowVersion: string | null;
  readonly pythonVersion: string | null;
  readonly modelSizeBytes: number | null;
  readonly runId: string | null;
  readonly modelId: string | null;
  /** As the model wrote it, for instance `2026-11-23 09:00:00.000000`. */
  readonly createdAt: string | null;
  /** Paths below the model's folder. */
  readonly inputExamplePath: string | null;
  readonly servingInputPath: string | null;
}

// An MLmodel needs no anchors; a few are honest, thousands are a billion laughs.
const MAX_ALIASES = 20;

const record = z.record(z.string(), z.unknown());
const text = z.coerce.string();
const mlmodel = z.object({
  flavors: z.record(z.string(), record).refine((flavors) => Object.keys(flavors).length > 0),
  signature: z.object({ inputs: text.nullish(), outputs: text.nullish(), params: text.nullish() }).nullish().catch(null),
  mlflow_version: text.nullish(),
  model_size_bytes: z.number().int().nonnegative().nullish().catch(null),
  run_id: text.nullish(),
  model_id: text.nullish(),
  utc_time_created: text.nullish(),
  saved_input_example_info: z.object({ artifact_path: text.nullish(), serving_input_path: text.nullish() }).nullish().catch(null),
});

/** Reads an `MLmodel` file. Null when it is none: not YAML, without flavours, or hostile. */
export function parseMlmodel(yaml: string): ModelContents | null {
  const read = mlmodel.safeParse(parseYaml(yaml));
  if (!read.success) return null;
  const { flavors, signature, saved_input_example_info: example, ...rest } = read.data;
  return {
    flavors,
    signature: signature ? { inputs: parseFields(signature.inputs), outputs: parseFields(signature.outputs), params: parseFields(signature.params) } : null,
    mlflowVersion: rest.mlflow_version ?? null,
    pythonVersion: pythonVersion(flavors),
    modelSizeBytes: rest.model_size_bytes ?? null,
    runId: rest.run_id ?? null,
    modelId: rest.model_id ?? null,
    createdAt: rest.utc_time_created ?? null,
    inputExamplePath: example?.artifact_path ?? null,
    servingInputPath: example?.serving_input_path ?? null,
  };
}

/** The requirements of a `requirements.txt`, one a line, without comments. */
export function parseRequirements(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function parseYaml(yaml: string): unknown {
  try {
    return parse(yaml, { maxAliasCount: MAX_ALIASES, schema: 'core', uniqueKeys: true, logLevel: 'error' });
  } catch {
    return undefined;
  }
}

/** A part of a signature is JSON in a YAML string. */
function parseFields(json: string | null | undefined): readonly SignatureField[] | undefined {
  if (json === null || json === undefined) return undefined;
  try {
    return z.array(record).parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function pythonVersion(flavors: ModelContents['flavors']): string | null {
  const version = flavors['python_function']?.['python_version'];
  return typeof version === 'string' || typeof version === 'number' ? String(version) : null;
}

import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseSignatureInputs, type SignatureInput } from './signature.js';

/** What a model folder holds for this server. */
export interface ModelDirectory {
  readonly onnxFile: string;
  /** null: the model was logged without a signature. */
  readonly signature: readonly SignatureInput[] | null;
  /** The MLflow that wrote the model, for `/version`. */
  readonly mlflowVersion: string | null;
}

const MAX_MLMODEL_BYTES = 4 * 1024 * 1024;

const mlmodel = z.object({
  flavors: z.object({ onnx: z.object({ data: z.string().default('model.onnx') }) }),
  signature: z.object({ inputs: z.string().nullish() }).nullish(),
  mlflow_version: z.string().nullish(),
});

/** Reads a model folder: an MLflow model with the flavour `onnx`, or a bare `model.onnx`. Throws an Error that says what is missing. */
export async function readModelDirectory(folder: string): Promise<ModelDirectory> {
  const description = await readMlmodel(path.join(folder, 'MLmodel'));
  if (description === null) return { onnxFile: await fileInside(folder, 'model.onnx'), signature: null, mlflowVersion: null };
  const parsed = mlmodel.safeParse(description);
  if (!parsed.success) throw new Error(`The MLmodel file in '${folder}' does not describe a model of flavour 'onnx'. Log the model with mlflow.onnx.`);
  const inputs = parsed.data.signature?.inputs;
  return {
    onnxFile: await fileInside(folder, parsed.data.flavors.onnx.data),
    signature: inputs ? parseSignatureInputs(inputs) : null,
    mlflowVersion: parsed.data.mlflow_version ?? null,
  };
}

async function readMlmodel(file: string): Promise<unknown> {
  const size = await stat(file).then((found) => found.size, () => null);
  if (size === null) return null;
  if (size > MAX_MLMODEL_BYTES) throw new Error(`'${file}' is larger than ${MAX_MLMODEL_BYTES} bytes.`);
  return parse(await readFile(file, 'utf8'), { maxAliasCount: 100 });
}

/** The real path of a file below the folder; a description must not lead out of it, by name or by link. */
async function fileInside(folder: string, name: string): Promise<string> {
  const base = await realpath(folder);
  const file = await realpath(path.resolve(base, name)).catch(() => {
    throw new Error(`The model folder '${folder}' has no file '${name}'.`);
  });
  if (!file.startsWith(base + path.sep)) throw new Error(`The MLmodel file names '${name}', which lies outside the model folder.`);
  return file;
}

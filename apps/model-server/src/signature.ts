import { z } from 'zod';

/** One entry of a model signature's `inputs`: a column of a data frame, or a tensor. */
export interface SignatureInput {
  readonly kind: 'column' | 'tensor';
  readonly name: string | undefined;
  /** MLflow's column type (`double`, `long`, ...); `any` for tensors and complex columns. */
  readonly type: string;
  readonly required: boolean;
}

const entry = z.object({
  name: z.union([z.string(), z.number()]).optional(),
  type: z.unknown(),
  required: z.boolean().default(true),
});

/**
 * Reads the JSON text that MLmodel's YAML keeps under `signature.inputs`. Source: mlflow/types/schema.py. Throws when it
 * is no such text, which a damaged model is.
 */
export function parseSignatureInputs(text: string): SignatureInput[] {
  return z
    .array(entry)
    .max(100_000)
    .parse(JSON.parse(text))
    .map(({ name, type, required }) => ({
      kind: type === 'tensor' ? 'tensor' : 'column',
      name: name === undefined ? undefined : String(name),
      type: typeof type === 'string' && type !== 'tensor' ? type : 'any',
      required,
    }));
}

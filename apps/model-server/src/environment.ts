import { z } from 'zod';

const MEBIBYTE = 1024 * 1024;
const count = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);

const schema = z.object({
  /** A folder with an `MLmodel` file, or with a bare `model.onnx`. */
  MODEL_DIR: z.string().min(1),
  MODEL_NAME: z.string().min(1).max(256).default('model'),
  /** Shown by the Open Inference Protocol; without it the model is unversioned. */
  MODEL_VERSION: z.string().min(1).max(64).optional(),
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  MAX_BODY_BYTES: count(16 * MEBIBYTE, 1024 * MEBIBYTE),
  /** The longest a request may take, waiting included. */
  REQUEST_TIMEOUT_MS: count(60_000, 3_600_000),
  /** Threads of one prediction; predictions beyond as many at once wait their turn. */
  THREADS: count(1, 256),
  /** How long the server keeps answering, as not ready, after SIGTERM: routers need a moment to look away. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).max(600_000).default(0),
  /** How long requests in flight may then still take. */
  DRAIN_TIMEOUT_MS: count(25_000, 600_000),
});

export type Environment = z.output<typeof schema>;

/** Reads the settings. Throws an Error whose message names each wrong variable. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Wrong settings. ${problems.join('; ')}.`);
}

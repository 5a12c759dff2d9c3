import { z } from 'zod';

/** What every payload holds: ids only, never secrets or copies of state. Fields are only ever added. */
const tenantPayload = z.object({ organizationId: z.number().int() });

export interface JobDefinition<N extends string = string, P extends z.ZodType = z.ZodType> {
  readonly name: N;
  readonly payload: P;
  /** What the job is about; two waiting jobs with the same key are one. */
  readonly key: (payload: z.output<P>) => string;
  /** Deliveries before the job goes to the dead letters. */
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** Declares a job or event of a context, in its `<context>.jobs.ts`. The worker's consumer map is typed from these. */
export function defineJob<N extends string, S extends z.ZodRawShape>(options: {
  name: N;
  payload: S;
  key: (payload: z.output<z.ZodObject<S>> & { organizationId: number }) => string;
  attempts?: number;
  timeoutMs?: number;
}) {
  const payload = tenantPayload.extend(options.payload);
  return {
    name: options.name,
    payload,
    key: options.key as (payload: unknown) => string,
    attempts: options.attempts ?? 5,
    timeoutMs: options.timeoutMs ?? 60_000,
  } satisfies JobDefinition;
}

/** Thrown by a handler whose work cannot succeed in another attempt: the job goes to the dead letters at once. */
export class HopelessJob extends Error {}

/** Thrown by a handler that was told when to come again. */
export class JobRetryAfter extends Error {
  constructor(
    message: string,
    readonly afterMs: number,
  ) {
    super(message);
  }
}

export type PayloadOf<J extends JobDefinition> = z.output<J['payload']>;

/** Wrong words on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Returns the exit code. */
  run(words: readonly string[]): Promise<number>;
}

const INTERVAL_MS = 1_000;

/** Prints how far a step is: at most once a second, and when it is done. */
export class ProgressLines {
  private printedAt = 0;
  private step = '';
  private startedAt = 0;

  constructor(
    private readonly print: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  readonly report = (step: string, rows: number, total: number): void => {
    const now = this.now();
    if (step !== this.step) {
      this.step = step;
      this.startedAt = now;
      this.printedAt = now;
    }
    const isDone = rows >= total;
    if (!isDone && now - this.printedAt < INTERVAL_MS) return;
    this.printedAt = now;
    const seconds = (now - this.startedAt) / 1000;
    // The last batch of a step is reported twice: as rows, and as the end.
    const line = `  ${step.padEnd(22)} ${count(rows)} of ${count(total)}${seconds >= 1 ? `   ${seconds.toFixed(1)} s` : ''}`;
    if (line !== this.last) this.print(line);
    this.last = line;
  };

  private last = '';
}

export const count = (value: number | bigint) => value.toLocaleString('en-US');

import type { Database } from '@modelyard/db';
import type { StepName, StepState } from '../endpoint/endpoint.js';
import type { EndpointRef } from './rollout.repository.js';

interface Line {
  readonly time: Date;
  readonly stream: string;
  readonly step: StepName;
  readonly text: string;
}

const FLUSH_MS = 200;
const MAX_LINE = 4_000;
const MAX_WAITING = 2_000;
/** Lines kept of one revision; older ones go. */
const MAX_LINES = 5_000;
const TRIM_EVERY = 500;

// Credentials in addresses, and what calls itself a secret.
const SECRETS: readonly [RegExp, string][] = [
  [/:\/\/[^@\s/]+@/g, '://***@'],
  [/\bmy_[0-9a-z]{16}_[0-9a-z]{52}\b/g, 'my_***'],
  [/\b(password|passwd|secret|token|api[_-]?key|authorization)(["']?\s*[:=]\s*["']?)(?:bearer\s+)?[^\s"',;]+/gi, '$1$2***'],
];

/** What a log line may show: printable, short, without what looks like a secret. */
export function redactLine(text: string): string {
  const printable = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').toWellFormed();
  return SECRETS.reduce((line, [pattern, instead]) => line.replace(pattern, instead), printable.slice(0, MAX_LINE));
}

/** Tells people how the deployment of one revision goes: steps at once, log lines in batches. Never throws. */
export class DeploymentReport {
  private waiting: Line[] = [];
  private dropped = 0;
  private written = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly ref: EndpointRef,
    private readonly revision: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  log(step: StepName, text: string, stream = 'modelyard'): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.dropped++;
      return;
    }
    this.waiting.push({ time: new Date(), stream, step, text: redactLine(text) });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Moves a step on. Waits for what was logged before. */
  step(name: StepName, state: StepState, message = ''): Promise<void> {
    return this.write(async () => {
      await this.db.tenantSql(this.ref, async (tx) => {
        await tx.query({
          name: 'step_move',
          text: `UPDATE deployment_steps SET state = $5, message = $6,
                   started_at = CASE $5 WHEN 'WAITING' THEN NULL WHEN 'RUNNING' THEN clock_timestamp() ELSE coalesce(started_at, clock_timestamp()) END,
                   finished_at = CASE WHEN $5 IN ('DONE', 'FAILED') THEN clock_timestamp() END
                 WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3 AND name = $4 AND (state <> $5 OR message <> $6)`,
          values: [this.ref.organizationId, this.ref.endpointId, this.revision, name, state, message],
        });
        await tx.query({ name: 'endpoint_touch', text: 'UPDATE endpoints SET change_number = change_number + 1 WHERE organization_id = $1 AND id = $2', values: [this.ref.organizationId, this.ref.endpointId] });
      });
    });
  }

  /** Fails whatever step is under way, or the one named. */
  async fail(name: StepName, reason: string): Promise<void> {
    this.log(name, reason);
    await this.step(name, 'FAILED', reason);
  }

  flush(): Promise<void> {
    return this.write(async () => undefined);
  }

  private write(work: () => Promise<void>): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.waiting;
    this.waiting = [];
    if (this.dropped > 0) lines.push({ time: new Date(), stream: 'modelyard', step: lines.at(-1)?.step ?? 'start', text: `${this.dropped} lines were left out: they came too fast.` });
    this.dropped = 0;
    this.writing = this.writing.then(async () => {
      try {
        await this.writeLines(lines);
        await work();
      } catch (error) {
        this.onError(error);
      }
    });
    return this.writing;
  }

  private async writeLines(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    this.written += lines.length;
    await this.db.tenantSql(this.ref, async (tx) => {
      await tx.query({
        name: 'log_add',
        text: `INSERT INTO deployment_logs (organization_id, endpoint_id, revision, time, stream, step, text)
               SELECT $1, $2, $3, l.time, l.stream, l.step, l.text FROM unnest($4::timestamptz[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY l (time, stream, step, text, position) ORDER BY l.position`,
        values: [this.ref.organizationId, this.ref.endpointId, this.revision, lines.map((l) => l.time), lines.map((l) => l.stream), lines.map((l) => l.step), lines.map((l) => l.text)],
      });
      if (this.written < TRIM_EVERY) return;
      this.written = 0;
      await tx.query({
        name: 'log_trim',
        text: `DELETE FROM deployment_logs WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3 AND sequence <= (
                 SELECT sequence FROM deployment_logs WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3 ORDER BY sequence DESC OFFSET $4 LIMIT 1)`,
        values: [this.ref.organizationId, this.ref.endpointId, this.revision, MAX_LINES],
      });
    });
  }
}

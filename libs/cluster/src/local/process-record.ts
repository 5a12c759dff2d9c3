import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { hasEnvironment, readBootId, readProcessTable, type ProcessEntry } from './process-table.js';

/** The variable that marks every process we start; its value is no secret. */
export const MARK = 'MODELYARD_PROCESS';

const schema = z.object({
  key: z.string(),
  pid: z.number().int().positive(),
  startTime: z.number(),
  bootId: z.string(),
  /** Key and a random part. */
  mark: z.string().regex(/^[a-z0-9.-]+$/),
  /** The user that only this process runs as, if there is one. */
  uid: z.number().int().nullable(),
});

/** What is written down about a started process, so that a later worker finds it. */
export type ProcessRecord = z.output<typeof schema>;

/** The files of one folder, which only the worker may read. Each start has its own, also under a key that was used before. */
export class ProcessRecords {
  constructor(private readonly folder: string) {}

  async write(record: ProcessRecord): Promise<void> {
    const temporary = path.join(this.folder, `.${randomUUID()}`);
    await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
    await rename(temporary, this.file(record));
  }

  async remove(record: ProcessRecord): Promise<void> {
    await rm(this.file(record), { force: true });
  }

  /** All readable records; damaged files are removed, they cannot name a process for certain. */
  async list(): Promise<ProcessRecord[]> {
    const records: ProcessRecord[] = [];
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name);
      const parsed = schema.safeParse(await readFile(file, 'utf8').then(JSON.parse).catch(() => null));
      if (parsed.success) records.push(parsed.data);
      else await rm(file, { force: true });
    }
    return records;
  }

  private file({ mark }: ProcessRecord): string {
    return path.join(this.folder, `${mark}.json`);
  }
}

/**
 * The processes that belong to a record: the leader (same pid, start time and boot, so never a stranger that got the pid
 * later), the members of its group that carry our mark, and whatever runs as the user that is the record's alone.
 */
export async function membersOf(record: ProcessRecord, processes = readProcessTable()): Promise<ProcessEntry[]> {
  const [table, bootId] = await Promise.all([processes, readBootId()]);
  if (record.bootId !== bootId) return [];
  const leader = table.find((entry) => entry.pid === record.pid && entry.startTime === record.startTime);
  const belongs = await Promise.all(
    table.map(async (entry) => {
      if (entry === leader || (record.uid !== null && entry.uid === record.uid)) return true;
      if (entry.processGroup !== record.pid) return false;
      return leader !== undefined || hasEnvironment(entry.pid, `${MARK}=${record.mark}`);
    }),
  );
  return table.filter((_, index) => belongs[index]);
}

/** Sends a signal to each; one that ended meanwhile is no error. */
export function signalAll(processes: readonly ProcessEntry[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone, which is what was wanted.
    }
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';

/** One running process, as Linux's /proc tells it (proc_pid_stat(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly processGroup: number;
  /** Clock ticks since boot; with the pid and the boot id it names a process for good, a pid alone does not. */
  readonly startTime: number;
  /** The user the process runs as. */
  readonly uid: number;
  readonly residentBytes: number;
}

const PAGE_BYTES = 4096;

/** All processes of the machine. Empty where there is no /proc (not Linux). */
export async function readProcessTable(): Promise<ProcessEntry[]> {
  const names = await readdir('/proc').catch(() => []);
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readProcess(Number(name))));
  return entries.filter((entry) => entry !== null);
}

let recent: { readonly at: number; readonly table: Promise<ProcessEntry[]> } | undefined;

/** The same, up to `maxAgeMs` old: one reading serves all who look again and again. */
export function recentProcessTable(maxAgeMs: number): Promise<ProcessEntry[]> {
  const now = performance.now();
  if (recent === undefined || now - recent.at > maxAgeMs) recent = { at: now, table: readProcessTable() };
  return recent.table;
}

/** One process, or null when it is gone. Zombies count as gone. */
export async function readProcess(pid: number): Promise<ProcessEntry | null> {
  try {
    const [text, owner] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), stat(`/proc/${pid}`)]);
    // The command name is in parentheses and may hold anything, spaces and parentheses too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, , processGroup] = fields;
    if (state === 'Z' || state === 'X') return null;
    return { pid, processGroup: Number(processGroup), startTime: Number(fields[19]), uid: owner.uid, residentBytes: Number(fields[21]) * PAGE_BYTES };
  } catch {
    return null;
  }
}

/** Differs after each boot, when pids and start times begin anew. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** Does the process's environment, as it was at its start, hold this `NAME=value`? */
export async function hasEnvironment(pid: number, assignment: string): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return text.split('\0').includes(assignment);
}

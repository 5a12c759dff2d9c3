// What a process and its descendants use, from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ, which is 100 on every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

/** CPU seconds spent so far, ended children included. */
export function cpuSeconds(rootPid) {
  const table = processTable();
  let ticks = 0;
  for (const pid of tree(rootPid, table)) {
    const { utime, stime, cutime, cstime } = table.get(pid);
    ticks += utime + stime + cutime + cstime;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory in MiB with shared pages counted once (PSS), and the number of processes. */
export function memory(rootPid) {
  const pids = tree(rootPid, processTable());
  let kib = 0;
  for (const pid of pids) {
    try {
      kib += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended in between.
    }
  }
  return { mib: kib / 1024, processes: pids.length };
}

function tree(rootPid, table) {
  const pids = table.has(rootPid) ? [rootPid] : [];
  for (let index = 0; index < pids.length; index += 1) {
    for (const [pid, { parent }] of table) if (parent === pids[index]) pids.push(pid);
  }
  return pids;
}

function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command may hold spaces and parentheses: fields are counted from the last one.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ');
      const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
      table.set(Number(name), { parent: Number(fields[1]), utime, stime, cutime, cstime });
    } catch {
      // It ended in between.
    }
  }
  return table;
}

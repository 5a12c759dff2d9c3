import path from 'node:path';
import { NAMESPACE_FLAGS, type Isolation } from './isolation.js';

/** The operating-system user of one model, from `MODEL_UIDS`; no two running models share one. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
}

export interface ProcessLimits {
  /** Resident memory of the process and its children; more gets it killed within seconds. */
  readonly memoryBytes: number;
  /** Processes and threads; kept by the kernel only where the model has a user of its own. */
  readonly processes: number;
  readonly openFiles: number;
  /** The largest file it may write. */
  readonly fileBytes: number;
  /** 0 to 19; the higher, the more it yields the processor to others. */
  readonly niceness: number;
}

export interface SandboxRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly identity: ProcessIdentity | null;
  readonly limits: ProcessLimits;
  /**
   * Folders that namespaces hide, paths below them that stay, and those it may write to: all else is read-only there.
   * Users of their own are kept out by file modes instead.
   */
  readonly hidden: readonly string[];
  readonly kept: readonly string[];
  readonly writable: readonly string[];
}

export interface SandboxedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Only where no program does it on the way: the user for spawn to change to. */
  readonly user: ProcessIdentity | null;
}

/** The program beside this file; its types can be stripped, so that Node also runs the source. */
const NAMESPACE_ENTRY = path.join(import.meta.dirname, `namespace-entry${path.extname(import.meta.filename)}`);

/** Wraps a command so that it runs without privileges, under limits, and dies with its worker. Pure. */
export function sandboxed(isolation: Isolation, request: SandboxRequest): SandboxedCommand {
  const limited = withLimits(isolation, request);
  switch (isolation.level) {
    case 'separate-uid':
      return asOwnUser(isolation, request.identity, limited);
    case 'user-namespace':
      return inNamespaces(isolation, request, limited);
    case 'shared-uid':
      return { ...withoutNewPrivileges(isolation, limited), user: null };
  }
}

type Argv = readonly [command: string, ...args: string[]];

function withLimits({ level, tools }: Isolation, { command, args, limits }: SandboxRequest): Argv {
  const niced: Argv = tools.nice === null ? [command, ...args] : [tools.nice, '-n', String(limits.niceness), command, ...args];
  if (tools.prlimit === null) return niced;
  // The kernel counts processes per user, so a shared user's other programs would be counted too.
  const processes = level === 'separate-uid' ? [`--nproc=${limits.processes}`] : [];
  return [tools.prlimit, '--core=0', `--nofile=${limits.openFiles}`, `--fsize=${limits.fileBytes}`, ...processes, ...niced];
}

function asOwnUser({ tools }: Isolation, identity: ProcessIdentity | null, argv: Argv): SandboxedCommand {
  if (identity === null) throw new Error('A process under isolation separate-uid needs an identity.');
  if (tools.setpriv === null) return { ...split(argv), user: identity };
  const change = ['--reuid', String(identity.uid), '--regid', String(identity.gid), '--clear-groups'];
  const drop = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig', 'KILL'];
  return { command: tools.setpriv, args: [...change, ...drop, ...argv], user: null };
}

function inNamespaces({ tools }: Isolation, request: SandboxRequest, argv: Argv): SandboxedCommand {
  if (tools.unshare === null || tools.mount === null || tools.setpriv === null) throw new Error('User namespaces need unshare, mount and setpriv.');
  // Without capabilities the model cannot take the covers off again, although it is "root" in its namespace.
  const inner = [tools.setpriv, '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', ...argv];
  const plan = { mount: tools.mount, hidden: request.hidden, kept: request.kept, writable: request.writable, argv: inner };
  return { command: tools.unshare, args: [...NAMESPACE_FLAGS, process.execPath, NAMESPACE_ENTRY, JSON.stringify(plan)], user: null };
}

function withoutNewPrivileges({ tools }: Isolation, argv: Argv) {
  return tools.setpriv === null ? split(argv) : { command: tools.setpriv, args: ['--no-new-privs', '--pdeathsig', 'KILL', ...argv] };
}

function split([command, ...args]: Argv): { command: string; args: string[] } {
  return { command, args };
}

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { MODEL_UIDS } from '@modelyard/kernel';

/** How far models are kept from Modelyard's own data, and a sentence that says so where people deploy. */
export interface Isolation {
  readonly level: 'separate-uid' | 'user-namespace' | 'shared-uid';
  readonly sentence: string;
  readonly tools: SandboxTools;
}

/** Programs of util-linux and coreutils by absolute path; null: not on this machine. */
export interface SandboxTools {
  readonly setpriv: string | null;
  readonly prlimit: string | null;
  readonly unshare: string | null;
  readonly mount: string | null;
  readonly nice: string | null;
}

// Not PATH: whoever sets that variable must not choose what builds the sandbox.
const TOOL_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** The namespaces in which an ordinary user's models run; as pid 1 of theirs, whatever they start dies with them. */
export const NAMESPACE_FLAGS = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--propagation', 'private'];

/** Finds out, by trying, what this machine and this user can do. */
export async function detectIsolation(): Promise<Isolation> {
  const tools = await findTools();
  if (process.platform === 'linux' && process.geteuid?.() === 0) {
    return (await canChangeUser(tools)) ? separateUid(tools) : sharedUid(tools, 'it runs as root without the right to change user');
  }
  if (process.platform !== 'linux') return sharedUid(tools, 'this system has no user namespaces');
  if (await canUnshare(tools)) return userNamespace(tools);
  return sharedUid(tools, 'it does not run as root and this machine does not let it make user namespaces');
}

function separateUid(tools: SandboxTools): Isolation {
  const lasting = tools.setpriv === null ? ' The program setpriv (util-linux) is missing, so models could still gain privileges through setuid programs.' : '';
  return { level: 'separate-uid', tools, sentence: `Each model runs as an operating-system user of its own, without privileges and without access to Modelyard's data.${lasting}` };
}

function userNamespace(tools: SandboxTools): Isolation {
  return { level: 'user-namespace', tools, sentence: "Each model runs in namespaces of its own, in which Modelyard's data, your home folder and all other processes are hidden." };
}

function sharedUid(tools: SandboxTools, reason: string): Isolation {
  return {
    level: 'shared-uid',
    tools,
    sentence:
      `Models run as the same operating-system user as Modelyard, because ${reason}: a hostile model could read Modelyard's data and tokens. ` +
      'Deploy only models you trust, or run the worker as root, or allow user namespaces, or use a Kubernetes target.',
  };
}

async function findTools(): Promise<SandboxTools> {
  const [setpriv, prlimit, unshare, mount, nice] = await Promise.all(['setpriv', 'prlimit', 'unshare', 'mount', 'nice'].map(findTool));
  return { setpriv: setpriv ?? null, prlimit: prlimit ?? null, unshare: unshare ?? null, mount: mount ?? null, nice: nice ?? null };
}

async function findTool(name: string): Promise<string | null> {
  for (const folder of TOOL_FOLDERS) {
    const file = path.join(folder, name);
    if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
  }
  return null;
}

async function canChangeUser(tools: SandboxTools): Promise<boolean> {
  if (tools.setpriv === null) return true;
  return succeeds(tools.setpriv, ['--reuid', String(MODEL_UIDS.first), '--regid', String(MODEL_UIDS.first), '--clear-groups', '--no-new-privs', '/bin/true']);
}

async function canUnshare(tools: SandboxTools): Promise<boolean> {
  const hasExec = typeof (process as { execve?: unknown }).execve === 'function';
  if (tools.unshare === null || tools.mount === null || tools.setpriv === null || !hasExec) return false;
  return succeeds(tools.unshare, [...NAMESPACE_FLAGS, tools.mount, '-t', 'tmpfs', 'tmpfs', '/mnt']);
}

function succeeds(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => execFile(command, args, { env: {}, timeout: 10_000 }, (error) => resolve(error === null)));
}

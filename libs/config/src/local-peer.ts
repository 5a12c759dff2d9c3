import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isIPv4, Socket } from 'node:net';
import { DomainError, MODEL_UIDS } from '@modelyard/kernel';
import type { Settings } from './settings.js';

/** One end of a TCP connection as the kernel knows it. */
export interface SocketOwner {
  readonly uid: number;
  /** `0` once no process holds it. */
  readonly inode: string;
}

/**
 * In `local` auth mode a request without credentials is the person at the machine; the models that run on it can reach
 * the same port. The check throws UNAUTHENTICATED unless the other end of the connection is held, at this moment, by a
 * process that is no model: neither of a model's account, nor inside namespaces of its own. Elsewhere, and where the
 * kernel does not tell (not Linux), it lets everything pass.
 */
export function peerCheck({ MODELYARD_AUTH }: Pick<Settings, 'MODELYARD_AUTH'>): (socket: Socket) => void {
  if (MODELYARD_AUTH !== 'local' || process.platform !== 'linux') return () => undefined;
  const known = new WeakSet<Socket>();
  return (socket) => {
    // Requests that were injected, not received, have a stand-in for a socket.
    if (known.has(socket) || !(socket instanceof Socket)) return;
    if (!isPerson(socket)) throw new DomainError('UNAUTHENTICATED', 'A model is not the person at the machine. Give it a token if it has to call Modelyard.');
    known.add(socket);
  };
}

function isPerson({ remoteAddress, remotePort, localAddress, localPort }: Socket): boolean {
  // A peer that hung up cannot be told from anybody.
  if (remoteAddress === undefined || remotePort === undefined || localAddress === undefined || localPort === undefined) return false;
  const [here, there] = [localAddress, remoteAddress].map((address) => address.replace(/^::ffff:/, ''));
  const owner = findOwner(readFileSync(isIPv4(there ?? '') ? '/proc/net/tcp' : '/proc/net/tcp6', 'utf8'), endpoint(there ?? '', remotePort), endpoint(here ?? '', localPort));
  if (owner === null || owner.inode === '0') return false;
  if (owner.uid >= MODEL_UIDS.first && owner.uid <= MODEL_UIDS.last) return false;
  // Only a worker that is not root runs its models under its own account, in namespaces.
  return process.geteuid?.() === 0 || owner.uid !== process.geteuid?.() || !isHeldInOtherNamespace(owner.inode);
}

/** Address and port as in /proc/net/tcp: hex, the address in words of the machine's byte order (proc(5)). */
export function endpoint(address: string, port: number): string {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : address === '::1' ? [...Array<number>(15).fill(0), 1] : [];
  let hex = '';
  for (let word = 0; word < bytes.length; word += 4) hex += Buffer.from(bytes.slice(word, word + 4).reverse()).toString('hex');
  return `${hex}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** The owner of the connection `local` -> `remote` in a table of /proc/net; null when it is not there. */
export function findOwner(table: string, local: string, remote: string): SocketOwner | null {
  const line = table.split('\n').find((text) => text.includes(`: ${local} ${remote} `));
  const [, , , , , , , uid, , inode] = line?.trim().split(/\s+/) ?? [];
  return uid === undefined || inode === undefined ? null : { uid: Number(uid), inode };
}

function isHeldInOtherNamespace(inode: string): boolean {
  const own = linkOf('/proc/self/ns/pid');
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && ![own, null].includes(linkOf(`/proc/${name}/ns/pid`)));
  return others.some((pid) => filesOf(pid).some((file) => linkOf(file) === `socket:[${inode}]`));
}

function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`);
  } catch {
    return [];
  }
}

/** Null for what is gone, or another account's. */
function linkOf(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}

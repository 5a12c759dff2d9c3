import { Agent } from 'node:http';

// After a failed connection others are tried first for a while.
const SUSPECT_MS = 1_000;
const IDLE_CONNECTIONS = 256;

/** One that cannot be read is left out, lest it keep the router from the rest of the table. */
export function isAddress(address: string): boolean {
  return URL.canParse(`http://${address}`);
}

/** One ready copy of a model server: its connections, and how busy it is. */
export class Replica {
  readonly hostname: string;
  readonly port: number;
  /** Kept-alive connections, the youngest first: those that idle longest are the ones a server closes. */
  readonly agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxFreeSockets: IDLE_CONNECTIONS });
  /** Requests sent and not yet answered in full. */
  inFlight = 0;
  private suspectUntil = 0;

  /** `address` is `host:port`, with brackets around an IPv6 host. */
  constructor(readonly address: string) {
    const url = new URL(`http://${address}`);
    this.hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.port = url.port === '' ? 80 : Number(url.port);
  }

  noteFailure(now = performance.now()): void {
    this.suspectUntil = now + SUSPECT_MS;
  }

  noteSuccess(): void {
    this.suspectUntil = 0;
  }

  isSuspect(now = performance.now()): boolean {
    return this.suspectUntil > now;
  }

  /** Closes idle connections now, the others when their request is answered. */
  retire(): void {
    this.agent.maxFreeSockets = 0;
    for (const sockets of Object.values(this.agent.freeSockets)) sockets?.forEach((socket) => socket.destroy());
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import { LocalRevision, type LocalTargetParts } from '../local/local-revision.js';
import { DeploymentReport } from './deployment-report.js';
import { plan, type Action, type Desired, type Observed, type RevisionObservation, type RolloutLimits } from './plan.js';
import { fenced, readRollout, routersCaughtUp, writeDeleted, writeFailure, writeReplicas, writeStatus, writeTraffic, type EndpointRef, type RolloutState } from './rollout.repository.js';
import { statusOf } from './status.js';

export const ROLLOUT_DEFAULTS: RolloutLimits = { readyTimeoutMs: 120_000, maxStarts: 4, warmMs: 600_000, drainMs: 3_000 };

/** Within this time of its last call a router counts as there. */
const ROUTER_LOST_SECONDS = 45;
/** A router lost a moment ago must not hold up a rollout; the others have taken over long before. */
const ROUTERS_LIMIT_MS = 2_000;
const ROUTERS_LOOK_MS = 25;
const MAX_PASSES = 5;
const BUSY_LOOK_MS = 300;
const IDLE_LOOK_MS = 10_000;

/** What was written last, so that the same is not written again. */
interface Written {
  addresses?: string;
  status?: string;
}

/** Brings one endpoint after the other to what is wished: read, plan, act, write the status once. */
export class EndpointReconciler {
  private readonly revisions = new Map<string, Map<number, LocalRevision>>();
  private readonly written = new Map<string, Written>();

  constructor(
    private readonly db: Database,
    private readonly parts: LocalTargetParts,
    private readonly limits: RolloutLimits,
    private readonly fence: string,
    private readonly logger: Logger,
    private readonly wake: (ref: EndpointRef) => void,
  ) {}

  /** One round. Returns the milliseconds until the next look; null when the endpoint is gone. Throws FencedError. */
  async reconcile(ref: EndpointRef): Promise<number | null> {
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const state = await readRollout(this.db, ref);
      if (state === null || state.deleted) return this.forget(ref);
      const observed = await this.observe(ref, state);
      await this.publishAddresses(ref);
      const actions = plan(desiredOf(state), observed, this.limits);
      for (const action of actions) await this.act(ref, state, action);
      if (actions.length > 0) continue;
      return this.conclude(ref, state, observed);
    }
    return BUSY_LOOK_MS;
  }

  /** Takes all addresses back and ends all processes: the worker stops. */
  async close(graceMs: number): Promise<void> {
    const all = [...this.revisions].flatMap(([key, revisions]) => [...revisions.values()].map((revision) => ({ key, revision })));
    const refs = [...this.revisions.keys()].map(refOf);
    await Promise.all(refs.map((ref) => fenced(this.db, ref, this.fence, (tx) => writeReplicas(tx, ref.endpointId, [])).catch(() => undefined)));
    await Promise.all(all.map(({ revision }) => revision.release(graceMs)));
  }

  private async observe(ref: EndpointRef, state: RolloutState): Promise<Observed> {
    const known = this.revisionsOf(ref);
    const revisions = new Map<number, RevisionObservation>();
    for (const row of state.revisions) {
      const local = this.localRevision(ref, state, row);
      const isNewTrial = row.number === state.desiredRevision && local.generation !== state.generation;
      if (isNewTrial && row.failedGeneration !== null && row.failedGeneration !== state.generation) local.reset();
      if (isNewTrial) local.generation = state.generation;
      const seen = local.observe();
      revisions.set(row.number, { number: row.number, failedGeneration: row.failedGeneration, idleSince: row.idleSince?.getTime() ?? null, ...seen, message: seen.message ?? row.reason });
    }
    for (const [number, local] of known) if (!revisions.has(number)) await this.release(known, number, local);
    return { now: Date.now(), active: state.activeRevision, revisions, routersCaughtUp: await this.routersCaughtUp() };
  }

  private async act(ref: EndpointRef, state: RolloutState, action: Action): Promise<void> {
    const local = 'revision' in action ? this.revisionsOf(ref).get(action.revision) : undefined;
    switch (action.kind) {
      case 'prepare':
        return local?.prepare();
      case 'start':
        return local?.start(action.ordinal);
      case 'stop':
        return local?.stop(action.ordinal, !state.deleting && action.revision === state.activeRevision);
      case 'fail':
        return this.giveUp(ref, state, action.revision, action.reason);
      case 'route':
        return this.route(ref, action.revision);
      case 'unroute':
        return fenced(this.db, ref, this.fence, (tx) => writeTraffic(tx, ref.endpointId, null));
      case 'bury':
        this.logger.info({ ...ref, endpoint: state.name }, 'endpoint deleted');
        return fenced(this.db, ref, this.fence, (tx) => writeDeleted(tx, ref.endpointId));
    }
  }

  private async giveUp(ref: EndpointRef, state: RolloutState, number: number, reason: string): Promise<void> {
    const local = this.revisionsOf(ref).get(number);
    const prepared = local?.observe().preparation === 'done';
    this.logger.warn({ ...ref, endpoint: state.name, revision: number, reason }, 'revision given up');
    if (prepared) await local?.report.fail('ready', reason);
    await fenced(this.db, ref, this.fence, (tx) => writeFailure(tx, ref.endpointId, number, state.generation, reason));
  }

  private async route(ref: EndpointRef, revision: number): Promise<void> {
    const report = this.revisionsOf(ref).get(revision)?.report;
    await report?.step('traffic', 'RUNNING');
    await fenced(this.db, ref, this.fence, (tx) => writeTraffic(tx, ref.endpointId, revision));
    await this.untilRouted();
    await report?.step('traffic', 'DONE', 'All traffic goes to this revision.');
    this.logger.info({ ...ref, revision }, 'traffic moved');
  }

  /** Who reads that it is live and calls at once must not meet a router that has not heard of it. */
  private async untilRouted(): Promise<void> {
    const end = performance.now() + ROUTERS_LIMIT_MS;
    while (!(await this.routersCaughtUp()) && performance.now() < end) await sleep(ROUTERS_LOOK_MS);
  }

  private routersCaughtUp(): Promise<boolean> {
    return this.db.system('look how far routers are', (tx) => routersCaughtUp(tx, ROUTER_LOST_SECONDS));
  }

  /** Routers see an address only while its replica is ready. */
  private async publishAddresses(ref: EndpointRef): Promise<void> {
    const addresses = [...this.revisionsOf(ref)].flatMap(([revision, local]) => local.addresses.map((item) => ({ revision, ...item })));
    const written = this.writtenOf(ref);
    const text = JSON.stringify(addresses);
    if (written.addresses === text) return;
    await fenced(this.db, ref, this.fence, (tx) => writeReplicas(tx, ref.endpointId, addresses));
    written.addresses = text;
  }

  private async conclude(ref: EndpointRef, state: RolloutState, observed: Observed): Promise<number> {
    const status = statusOf(desiredOf(state), observed);
    const restarts = new Map([...this.revisionsOf(ref)].map(([number, local]) => [number, local.takeRestarts()]));
    const written = this.writtenOf(ref);
    const text = JSON.stringify(status);
    const changed = written.status !== text || state.observedGeneration !== state.generation || [...restarts.values()].some((count) => count > 0);
    if (changed) await fenced(this.db, ref, this.fence, (tx) => writeStatus(tx, ref.endpointId, state.generation, status, restarts));
    written.status = text;
    const busy = state.deleting || [...observed.revisions.values()].some(isBusy);
    return busy ? BUSY_LOOK_MS : IDLE_LOOK_MS;
  }

  private localRevision(ref: EndpointRef, state: RolloutState, row: RolloutState['revisions'][number]): LocalRevision {
    const known = this.revisionsOf(ref);
    const existing = known.get(row.number);
    if (existing !== undefined) return existing;
    const report = new DeploymentReport(this.db, ref, row.number, (error) => this.logger.warn({ ...ref, err: error }, 'a deployment step or log line could not be written'));
    const made = new LocalRevision(this.parts, ref, state.name, row, report, () => this.wake(ref));
    known.set(row.number, made);
    return made;
  }

  private async release(known: Map<number, LocalRevision>, number: number, local: LocalRevision): Promise<void> {
    known.delete(number);
    await local.release(0);
  }

  private async forget(ref: EndpointRef): Promise<null> {
    const known = this.revisionsOf(ref);
    for (const [number, local] of known) await this.release(known, number, local);
    this.revisions.delete(keyOf(ref));
    this.written.delete(keyOf(ref));
    return null;
  }

  private revisionsOf(ref: EndpointRef): Map<number, LocalRevision> {
    const existing = this.revisions.get(keyOf(ref));
    if (existing !== undefined) return existing;
    const made = new Map<number, LocalRevision>();
    this.revisions.set(keyOf(ref), made);
    return made;
  }

  private writtenOf(ref: EndpointRef): Written {
    const existing = this.written.get(keyOf(ref));
    if (existing !== undefined) return existing;
    const made: Written = {};
    this.written.set(keyOf(ref), made);
    return made;
  }
}

function desiredOf(state: RolloutState): Desired {
  return { generation: state.generation, deleting: state.deleting, revision: state.desiredRevision, replicas: new Map(state.revisions.map((row) => [row.number, row.replicas])) };
}

/** Is something under way that has its own time? */
function isBusy(revision: RevisionObservation): boolean {
  return revision.preparation === 'running' || revision.preparation === 'retry' || revision.replicas.some((replica) => replica.phase !== 'ready');
}

export function keyOf(ref: EndpointRef): string {
  return `${ref.organizationId}/${ref.endpointId}`;
}

function refOf(key: string): EndpointRef {
  const [organizationId, endpointId] = key.split('/').map(Number);
  return { organizationId: organizationId ?? 0, endpointId: endpointId ?? 0 };
}

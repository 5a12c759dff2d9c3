import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { onnxServingCommand, pythonServingCommand, runtimeFor, type LocalProcesses, type ProcessIdentities, type RuntimePaths, type ServingCommand } from '@modelyard/cluster';
import { DomainError } from '@modelyard/kernel';
import type { LocalEnvironments } from '@modelyard/packaging';
import { parseMlmodel } from '@modelyard/registry';
import type { StepName } from '../endpoint/endpoint.js';
import { DeploymentReport } from '../rollout/deployment-report.js';
import type { RevisionObservation } from '../rollout/plan.js';
import type { EndpointRef, RolloutRevision } from '../rollout/rollout.repository.js';
import { LocalReplica, type ReplicaSettings } from './local-replica.js';
import type { ModelFiles } from './model-files.js';

export interface LocalTargetParts {
  readonly processes: LocalProcesses;
  readonly identities: ProcessIdentities;
  readonly files: ModelFiles;
  readonly environments: LocalEnvironments;
  readonly runtime: RuntimePaths;
  readonly replica: ReplicaSettings;
}

type CommandMaker = (modelDir: string, port: number) => ServingCommand;

const MEBIBYTE = 1024 * 1024;
const REQUEST_LIMITS = { maxBodyBytes: 64 * MEBIBYTE, requestTimeoutMs: 60_000 };
const PROCESS_LIMITS = { processes: 512, openFiles: 4_096, fileBytes: 1024 * MEBIBYTE, niceness: 5 };
const MAX_MLMODEL_BYTES = 1024 * 1024;
const RETRY_MS = 5_000;

/** One revision on this machine: its files, its environment, its processes. */
export class LocalRevision {
  /** The generation for which it is tried. */
  generation = 0;
  private preparation: RevisionObservation['preparation'] = 'none';
  private message: string | null = null;
  private retryAt = 0;
  private abort = new AbortController();
  private makeCommand: CommandMaker | null = null;
  private readonly replicas = new Map<number, LocalReplica>();
  private lostRestarts = 0;
  /** It was started, and not all replicas have answered since. */
  private awaited = false;

  constructor(
    private readonly parts: LocalTargetParts,
    private readonly ref: EndpointRef,
    private readonly endpointName: string,
    readonly revision: RolloutRevision,
    readonly report: DeploymentReport,
    private readonly onChange: () => void,
  ) {}

  observe(): Pick<RevisionObservation, 'preparation' | 'retryAt' | 'message' | 'replicas'> {
    for (const [ordinal, replica] of this.replicas) if (replica.gone) this.replicas.delete(ordinal);
    return { preparation: this.preparation, retryAt: this.retryAt, message: this.message, replicas: [...this.replicas.values()].map((replica) => replica.observe()) };
  }

  get addresses(): { ordinal: number; address: string }[] {
    return [...this.replicas].flatMap(([ordinal, { address }]) => (address === null ? [] : [{ ordinal, address }]));
  }

  takeRestarts(): number {
    const restarts = this.lostRestarts + [...this.replicas.values()].reduce((sum, replica) => sum + replica.takeRestarts(), 0);
    this.lostRestarts = 0;
    return restarts;
  }

  /** Forgets earlier failures. */
  reset(): void {
    if (this.preparation === 'running') return;
    this.preparation = 'none';
    this.message = null;
  }

  prepare(): void {
    if (this.preparation === 'running') return;
    this.preparation = 'running';
    this.abort = new AbortController();
    void this.prepareSteps();
  }

  start(ordinal: number): void {
    let replica = this.replicas.get(ordinal);
    if (replica === undefined) {
      replica = this.makeReplica(ordinal);
      this.replicas.set(ordinal, replica);
    }
    replica.start();
    if (ordinal === 0) this.reportStart();
  }

  private reportStart(): void {
    this.awaited = true;
    void this.report.step('start', 'DONE');
    void this.report.step('ready', 'RUNNING');
  }

  private onReplicaChange(): void {
    if (this.awaited && this.replicas.size >= this.revision.replicas && [...this.replicas.values()].every((replica) => replica.address !== null)) {
      this.awaited = false;
      void this.report.step('ready', 'DONE');
    }
    this.onChange();
  }

  /** A replica of a revision that goes on is only ended, to be started again; otherwise it goes for good. */
  stop(ordinal: number, goesOn: boolean): void {
    const replica = this.replicas.get(ordinal);
    if (replica === undefined) return;
    if (goesOn) return replica.kill('It was not ready in time.');
    this.abort.abort();
    void replica.stop();
  }

  /** Gives up whatever is being prepared. */
  cancel(): void {
    this.abort.abort();
  }

  /** Ends everything at once and removes the files. */
  async release(graceMs: number): Promise<void> {
    this.abort.abort();
    await Promise.all([...this.replicas.values()].map((replica) => replica.stop(graceMs)));
    await this.parts.files.remove(this.filesKey);
    await this.report.flush();
    this.preparation = 'none';
  }

  private get filesKey(): string {
    return `${this.ref.organizationId}-${this.ref.endpointId}-${this.revision.number}`;
  }

  private async prepareSteps(): Promise<void> {
    let step: StepName = 'resolve';
    const { report, revision } = this;
    const begin = async (name: StepName) => {
      step = name;
      await report.step(name, 'RUNNING');
    };
    try {
      await begin('resolve');
      await report.step('resolve', 'DONE', `Version ${revision.modelVersion} of '${revision.modelName}'.`);
      await begin('fetch');
      const fetched = await this.parts.files.fetch(this.filesKey, revision.artifactPrefix, this.abort.signal);
      await report.step('fetch', 'DONE', `${fetched.files} files, ${sizeText(fetched.bytes)}.`);
      await begin('environment');
      const { command, message } = await this.prepareRuntime();
      this.makeCommand = command;
      await report.step('environment', 'DONE', message);
      this.settle('done', null);
    } catch (error) {
      await this.failPreparation(step, error);
    }
  }

  private async failPreparation(step: StepName, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    if (this.abort.signal.aborted) return this.settle('none', null);
    await this.report.fail(step, message);
    if (error instanceof DomainError && (error.code === 'UNAVAILABLE' || error.code === 'QUOTA_EXCEEDED')) {
      this.retryAt = Date.now() + RETRY_MS;
      return this.settle('retry', message);
    }
    this.settle('failed', message);
  }

  /** What serves the model: the ONNX server as it is, or Python in the model's own environment. */
  private async prepareRuntime(): Promise<{ command: CommandMaker; message: string }> {
    const { parts, revision } = this;
    const folder = parts.files.folderOf(this.filesKey);
    const runtime = runtimeFor(await readFlavors(folder));
    const request = (modelDir: string, port: number) => ({ modelDir, modelName: this.endpointName, port, threads: revision.threads, ...REQUEST_LIMITS });
    if (runtime === 'onnx') {
      return { command: (modelDir, port) => onnxServingCommand(parts.runtime, request(modelDir, port)), message: 'The ONNX server of this installation; the model runs no code of its own.' };
    }
    const environment = await this.withIdentity((identity) =>
      parts.environments.ensure(this.ref.organizationId, folder, { identity, signal: this.abort.signal, onOutput: (line) => this.report.log('environment', line, 'stdout') }),
    );
    return { command: (modelDir, port) => pythonServingCommand(parts.runtime, request(modelDir, port), environment), message: `Python environment ${environment.key.slice(0, 12)}.` };
  }

  private async withIdentity<T>(work: (identity: Awaited<ReturnType<ProcessIdentities['acquire']>> | null) => Promise<T>): Promise<T> {
    if (this.parts.processes.isolation.level !== 'separate-uid') return work(null);
    const identity = await this.parts.identities.acquire();
    try {
      return await work(identity);
    } finally {
      this.parts.identities.release(identity);
    }
  }

  private makeReplica(ordinal: number): LocalReplica {
    const { processes, identities, files, replica } = this.parts;
    const command: CommandMaker = (modelDir, port) => {
      if (this.makeCommand === null) throw new Error(`revision ${this.filesKey} is not prepared`);
      return this.makeCommand(modelDir, port);
    };
    return new LocalReplica({
      key: `model-${this.filesKey}-${ordinal}`, ordinal, files, filesKey: this.filesKey, processes, identities, command,
      limits: { ...PROCESS_LIMITS, memoryBytes: this.revision.memoryBytes }, report: this.report, settings: replica, onChange: () => this.onReplicaChange(),
    });
  }

  private settle(preparation: RevisionObservation['preparation'], message: string | null): void {
    this.preparation = preparation;
    this.message = message;
    this.onChange();
  }
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

async function readFlavors(folder: string): Promise<string[]> {
  const text = await readFile(path.join(folder, 'MLmodel'), 'utf8').catch(() => null);
  const contents = text === null || text.length > MAX_MLMODEL_BYTES ? null : parseMlmodel(text);
  if (contents === null) throw new DomainError('FAILED_PRECONDITION', 'The model has no readable MLmodel file. Log the model with an MLflow flavour and register that.');
  return Object.keys(contents.flavors);
}

import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditService } from '@modelyard/audit';
import { createLogger } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import { ServableModelsService } from '@modelyard/packaging';
import { ModelContentsService, OpenGate, type ChangeGate, type ModelVersion } from '@modelyard/registry';
import { registryServices } from '@modelyard/registry/testing';
import { MemoryObjectStore, ObjectStorage } from '@modelyard/storage';
import { ArtifactLocationService, ArtifactService } from '@modelyard/tracking';
import { ChangeEndpoint } from './endpoint/change-endpoint.js';
import { DeployModelVersion } from './endpoint/deploy-model-version.js';
import { EndpointStatsService } from './endpoint/endpoint-stats.service.js';
import { EndpointService } from './endpoint/endpoint.service.js';
import { ProvenanceService } from './provenance/provenance.service.js';
import { startLocalTarget, type LocalTargetOptions, type RunningLocalTarget } from './rollout/start-local-target.js';
import { RouteTableService } from './route/route-table.service.js';
import { ServingOptions } from './serving-options.js';

export const PROVENANCE_KEY = Buffer.alloc(32, 7);

/** All services of the context, on a test's database; artifacts lie in memory. */
export function servingServices(db: Database, options: { gate?: ChangeGate; localTarget?: boolean } = {}) {
  const audit = new AuditService(db);
  const gate = options.gate ?? new OpenGate();
  const objects = new MemoryObjectStore();
  const locations = new ArtifactLocationService(db);
  const artifacts = new ArtifactService(db, audit, locations, new ObjectStorage(objects));
  const registry = registryServices(db, gate);
  const servingOptions = new ServingOptions({ localTarget: options.localTarget ?? true, provenanceKey: PROVENANCE_KEY });
  const models = new ServableModelsService(registry.versions, new ModelContentsService(artifacts), locations);
  return {
    objects,
    artifacts,
    registry,
    endpoints: new EndpointService(db),
    deployer: new DeployModelVersion(db, audit, models, gate, servingOptions),
    changer: new ChangeEndpoint(db, audit),
    stats: new EndpointStatsService(db),
    provenance: new ProvenanceService(db, servingOptions),
    routes: new RouteTableService(db),
  };
}

export type ServingServices = ReturnType<typeof servingServices>;

/** How the stub of a model server behaves. */
export interface StubBehaviour {
  /** What it answers to every prediction. */
  readonly answer?: string;
  /** Ends with code 3 right away, saying this. */
  readonly dies?: string;
  /** Answers 503 to health checks for ever. */
  readonly neverReady?: boolean;
  readonly readyAfterMs?: number;
}

const MLMODEL = 'flavors:\n  onnx:\n    data: model.onnx\nmlflow_version: 3.17.2\n';

/** A new version of a model, whose files make the stub behave in some way. */
export async function createStubVersion({ registry, artifacts }: ServingServices, ctx: TenantContext, name: string, behaviour: StubBehaviour): Promise<ModelVersion> {
  await registry.models.create(ctx, { name }).catch(() => undefined);
  const version = await registry.versions.create(ctx, { name, source: `mlflow-artifacts:/0/${name}-${Math.random().toString(36).slice(2)}` });
  const write = (file: string, text: string) => artifacts.write(ctx, { kind: 'uri', uri: version.storageLocation, path: file }, Buffer.from(text), {});
  await write('MLmodel', MLMODEL);
  await write('model.onnx', 'no model');
  await write('nested/behaviour.json', JSON.stringify(behaviour));
  return version;
}

/** A model server without a model: the same variables and health routes, and it can be told to misbehave. */
const STUB = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
// Within a namespace of its own each is process 1.
const instance = randomUUID();
const behaviour = JSON.parse(readFileSync(process.env.MODEL_DIR + '/nested/behaviour.json', 'utf8'));
if (behaviour.dies) { console.error(behaviour.dies); process.exit(3); }
const started = Date.now();
const server = createServer((request, response) => {
  if (request.url === '/ping') {
    response.statusCode = behaviour.neverReady || Date.now() - started < (behaviour.readyAfterMs ?? 0) ? 503 : 200;
    return response.end('\\n');
  }
  if (request.url === '/crash') process.exit(7);
  setTimeout(() => response.end(JSON.stringify({ answer: behaviour.answer, instance })), 5);
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('password=hunter2 listening'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** A local target whose model servers are stubs, in a folder of its own. The options can name the folder of an earlier one. */
export async function startStubTarget(db: Database, services: Pick<ServingServices, 'objects'>, options: Partial<LocalTargetOptions> = {}): Promise<RunningLocalTarget & { readonly dataDir: string }> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'modelyard-target-'));
  const runtime = path.join(dataDir, 'runtime');
  mkdirSync(runtime, { recursive: true });
  writeFileSync(path.join(runtime, 'stub.mjs'), STUB);
  chmodSync(dataDir, 0o711);
  const target = await startLocalTarget({
    db,
    objects: services.objects,
    logger: createLogger('target-test', 'fatal'),
    workerId: path.basename(dataDir),
    dataDir,
    runtime: { node: process.execPath, modelServer: path.join(runtime, 'stub.mjs'), nodeModules: [], pythonServing: runtime },
    installerEnv: {},
    interpreterFolders: [],
    hidden: [],
    onFenced: () => undefined,
    ...options,
  });
  return { ...target, dataDir };
}

/** Looks until it is so. Throws after the limit. */
export async function until<T>(look: () => Promise<T | false | null | undefined> | T | false | null | undefined, limitMs = 15_000): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; ) {
    const seen = await look();
    if (seen) return seen;
    await sleep(50);
  }
  throw new Error(`It did not happen within ${limitMs} ms.`);
}

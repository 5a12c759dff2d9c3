import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { findRunning, graphql } from '../commands/running-server.js';
import { UsageError } from '../commands/usage.js';
import { IRIS, IRIS_CLASSES, IRIS_FEATURES } from './iris.js';
import { MlflowClient } from './mlflow-client.js';
import { encodeLinearClassifier } from './onnx-model.js';
import { splitRows, trainSoftmax, type LabelledRow } from './train-softmax.js';

const MODEL = 'iris-demo';
const EXPERIMENT = 'iris-demo';
const PARAMS = { epochs: 300, learningRate: 0.5, l2: 0.001, seed: 7, heldOut: 0.2 };
const GOOD_ACCURACY = 0.9;
const READY_TIMEOUT_MS = 120_000;

/** Trains, logs, registers, deploys and scores, through the public API alone. Exit code and last line say whether it worked. */
export async function demo(): Promise<number> {
  const started = await startIfNeeded();
  try {
    const accuracy = await run(process.env['MODELYARD_URL'] ?? findRunning()?.url ?? '');
    const worked = accuracy > GOOD_ACCURACY;
    console.log(`\ndemo ${worked ? 'worked' : 'FAILED'}: accuracy ${accuracy.toFixed(3)} on held-out rows from the live endpoint`);
    return worked ? 0 : 1;
  } catch (error) {
    console.error(`\ndemo FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await started?.stop();
  }
}

async function run(url: string): Promise<number> {
  const client = new MlflowClient(url, process.env['MODELYARD_TOKEN']);
  const rows: LabelledRow[] = IRIS.map((row) => ({ features: row.features, label: row.label }));
  const { train, test } = splitRows(rows, PARAMS.heldOut, PARAMS.seed);
  console.log(`1. Training a softmax regression on ${train.length} rows of iris, ${test.length} held out`);
  const { runId, artifactUri } = await trainAndLog(client, train);
  console.log(`   logged as run ${runId}`);
  const version = await register(client, runId, `${artifactUri}/model`);
  console.log(`2. Registered as ${MODEL} version ${version}`);
  const endpoint = await deploy(version);
  console.log(`4. Scoring ${test.length} held-out rows through ${url}/endpoints/${endpoint}/invocations`);
  const { accuracy, provenance } = await score(client, endpoint, test);
  await explain(provenance);
  return accuracy;
}

async function trainAndLog(client: MlflowClient, train: readonly LabelledRow[]): Promise<{ runId: string; artifactUri: string }> {
  const experimentId = await experiment(client);
  const { run } = await client.post<{ run: { info: { run_id: string; artifact_uri: string } } }>('/runs/create', {
    experiment_id: experimentId,
    start_time: Date.now(),
    tags: [{ key: 'mlflow.source.name', value: 'npm run demo' }],
  });
  const { run_id: runId, artifact_uri: artifactUri } = run.info;
  const metrics: { key: string; value: number; timestamp: number; step: number }[] = [];
  const model = trainSoftmax(train, { classes: IRIS_CLASSES.length, ...PARAMS }, ({ epoch, loss, accuracy }) => {
    metrics.push({ key: 'loss', value: loss, timestamp: Date.now(), step: epoch }, { key: 'accuracy', value: accuracy, timestamp: Date.now(), step: epoch });
  });
  await client.post('/runs/log-batch', { run_id: runId, metrics, params: Object.entries(PARAMS).map(([key, value]) => ({ key, value: String(value) })) });
  await client.post('/runs/log-inputs', { run_id: runId, datasets: [{ dataset: { name: 'iris', digest: 'fisher-1936', source_type: 'code', source: 'npm run demo' }, tags: [{ key: 'mlflow.data.context', value: 'training' }] }] });
  await client.upload(artifactUri, 'model/model.onnx', encodeLinearClassifier(model));
  await client.upload(artifactUri, 'model/input_example.json', JSON.stringify(bodyOf([train[0]?.features ?? []])));
  await client.upload(artifactUri, 'model/MLmodel', mlmodel(runId));
  await client.post('/runs/update', { run_id: runId, status: 'FINISHED', end_time: Date.now() });
  return { runId, artifactUri };
}

async function experiment(client: MlflowClient): Promise<string> {
  const found = await client.post<{ experiments?: { experiment_id: string }[] }>('/experiments/search', { filter: `name = '${EXPERIMENT}'`, max_results: 1 });
  const [existing] = found.experiments ?? [];
  if (existing !== undefined) return existing.experiment_id;
  return (await client.post<{ experiment_id: string }>('/experiments/create', { name: EXPERIMENT })).experiment_id;
}

async function register(client: MlflowClient, runId: string, source: string): Promise<string> {
  await client.post('/registered-models/create', { name: MODEL }).catch((error: Error) => {
    if (!error.message.includes('RESOURCE_ALREADY_EXISTS')) throw error;
  });
  const { model_version: made } = await client.post<{ model_version: { version: string } }>('/model-versions/create', { name: MODEL, source, run_id: runId });
  return made.version;
}

async function deploy(version: string): Promise<string> {
  const started = Date.now();
  const made = await graphql<{ deployModelVersion: { endpoint: { name: string }; revision: { number: number } } }>(
    'mutation ($input: DeployModelVersionInput!) { deployModelVersion(input: $input) { endpoint { name } revision { number } } }',
    { input: { name: MODEL, version } },
  );
  const { endpoint, revision } = made.deployModelVersion;
  console.log(`3. Deploying as endpoint ${endpoint.name}, revision ${revision.number}`);
  while (Date.now() - started < READY_TIMEOUT_MS) {
    const { endpoint: now } = await graphql<{ endpoint: { state: string; stateReason: string | null; activeRevision: { number: number } | null } }>(
      'query ($name: String!) { endpoint(name: $name) { state stateReason activeRevision { number } } }',
      { name: endpoint.name },
    );
    if (now.activeRevision?.number === revision.number && now.state === 'READY') {
      console.log(`   live after ${((Date.now() - started) / 1000).toFixed(1)} s`);
      return endpoint.name;
    }
    if (now.state === 'FAILED') throw new UsageError(`The deployment failed: ${now.stateReason ?? 'no reason given'}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new UsageError(`The endpoint was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
}

async function score(client: MlflowClient, endpoint: string, test: readonly LabelledRow[]): Promise<{ accuracy: number; provenance: string }> {
  const { answer, provenance } = await client.invoke<{ predictions: { label: number }[] }>(endpoint, bodyOf(test.map((row) => row.features)));
  if (answer.predictions.length !== test.length || provenance === null) throw new UsageError('The endpoint did not answer with one prediction a row and a provenance id.');
  const right = test.filter((row, index) => Number(answer.predictions[index]?.label) === row.label).length;
  const [first] = test;
  console.log(`   ${first?.features.join(', ')} -> ${IRIS_CLASSES[Number(answer.predictions[0]?.label)] ?? '?'}`);
  return { accuracy: right / test.length, provenance };
}

async function explain(id: string): Promise<void> {
  const { provenance } = await graphql<{ provenance: { revision: { number: number }; modelVersion: { name: string; version: string }; run: { runId: string } | null; datasets: { name: string; digest: string }[] } }>(
    'query ($id: String!) { provenance(id: $id) { revision { number } modelVersion { name version } run { runId } datasets { name digest } } }',
    { id },
  );
  const { revision, modelVersion, run: source, datasets } = provenance;
  console.log(`5. Provenance ${id}\n   revision ${revision.number} <- ${modelVersion.name} version ${modelVersion.version} <- run ${source?.runId ?? '?'} <- ${datasets.map((dataset) => `${dataset.name} (${dataset.digest})`).join(', ')}`);
}

function bodyOf(rows: readonly (readonly number[])[]) {
  return { dataframe_split: { columns: IRIS_FEATURES, data: rows } };
}

function mlmodel(runId: string): string {
  const inputs = JSON.stringify(IRIS_FEATURES.map((name) => ({ type: 'double', name, required: true })));
  return [
    'artifact_path: model', 'flavors:', '  onnx:', '    data: model.onnx', '    onnx_version: 1.17.0', `run_id: ${runId}`, 'saved_input_example_info:',
    '  artifact_path: input_example.json', '  serving_input_path: input_example.json', '  type: json_object', 'signature:', `  inputs: '${inputs}'`, '',
  ].join('\n');
}

/** Starts the product for the time of the demo when none runs here. */
async function startIfNeeded(): Promise<{ stop(): Promise<void> } | undefined> {
  if (process.env['MODELYARD_URL'] !== undefined || findRunning() !== null) return undefined;
  console.log('0. Starting Modelyard');
  const child: ChildProcess = spawn(process.execPath, [path.resolve(import.meta.dirname, '../main.js'), 'up'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<'exit'>((resolve) => child.once('exit', () => resolve('exit')));
  const ready = new Promise<'ready'>((resolve) => child.stdout?.on('data', (data: Buffer) => { if (data.includes('Modelyard is ready')) resolve('ready'); }));
  if ((await Promise.race([exited, ready])) === 'exit') throw new UsageError('Modelyard did not start; the lines above say why.');
  return { stop: async () => { child.kill('SIGTERM'); await exited; } };
}

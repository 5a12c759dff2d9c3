// The runs that searches look at: the same on both servers.
import pg from 'pg';
import { agentFor, send } from './http-load.mjs';

export const RUNS = 10_000;
const DURATION_MS = 500;
const SEED_CLIENTS = 16;
const FIRST_START = 1_760_000_000_000;
const OPTIMIZERS = ['adam', 'sgd', 'rmsprop'];
const MODELS = ['cnn', 'mlp', 'tree', 'linear'];

/** Finished runs with 5 metrics, 5 params and 4 tags each; no two share an accuracy or a start time. */
function seedRuns() {
  const random = generator(42);
  return Array.from({ length: RUNS }, (_, index) => ({
    name: `run-${String(index).padStart(5, '0')}`,
    startTime: FIRST_START + index * 1000,
    metrics: { accuracy: random(), loss: random(), f1: random(), epoch_seconds: random() * 60, gpu: random() * 100 },
    params: { optimizer: OPTIMIZERS[index % 3], model: MODELS[Math.floor(index / 3) % 4], lr: String(random().toFixed(4)), layers: String(index % 12), seed: String(index) },
    tags: { team: `team-${index % 7}`, 'mlflow.source.name': 'train.py', 'mlflow.user': 'bench' },
  }));
}

/** Makes an experiment and its runs. Returns the experiment's id and the ids of its runs. */
export async function seedThroughApi(server) {
  const agent = agentFor(SEED_CLIENTS);
  const post = async (path, message) => JSON.parse(await send(server, agent, { method: 'POST', path: `/api/2.0/mlflow/${path}`, body: JSON.stringify(message) }));
  const { experiment_id: experimentId } = await post('experiments/create', { name: 'bench-search' });
  const pending = seedRuns().entries();
  const runIds = [];
  const worker = async () => {
    for (const [index, run] of pending) {
      const { run: made } = await post('runs/create', { experiment_id: experimentId, run_name: run.name, start_time: run.startTime, tags: pairs(run.tags) });
      runIds[index] = made.info.run_id;
      const metrics = Object.entries(run.metrics).map(([key, value]) => ({ key, value, timestamp: run.startTime, step: 0 }));
      await post('runs/log-batch', { run_id: made.info.run_id, metrics, params: pairs(run.params) });
      await post('runs/update', { run_id: made.info.run_id, status: 'FINISHED', end_time: run.startTime + DURATION_MS });
    }
  };
  await Promise.all(Array.from({ length: SEED_CLIENTS }, worker));
  agent.destroy();
  return { experimentId, runIds };
}

/** The same for MLflow, straight into its tables: through its API it would take minutes. */
export async function seedMlflow(server, databaseUrl) {
  const agent = agentFor(1);
  const answer = await send(server, agent, { method: 'POST', path: '/api/2.0/mlflow/experiments/create', body: JSON.stringify({ name: 'bench-search' }) });
  agent.destroy();
  const { experiment_id: experimentId } = JSON.parse(answer);
  const runs = seedRuns().map((run, index) => ({ ...run, id: `bec4${index.toString(16).padStart(28, '0')}` }));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)
       SELECT id, name, 'UNKNOWN', '', '', 'bench', 'FINISHED', start_time, start_time + ${DURATION_MS}, '', 'active', 'mlflow-artifacts:/' || $1::int || '/' || id || '/artifacts', $1::int
       FROM unnest($2::text[], $3::text[], $4::bigint[]) r (id, name, start_time)`,
      [experimentId, runs.map((run) => run.id), runs.map((run) => run.name), runs.map((run) => run.startTime)],
    );
    const insert = (table, pick) => {
      const rows = runs.flatMap((run) => Object.entries(pick(run)).map(([key, value]) => [run.id, key, String(value)]));
      return client.query(`INSERT INTO ${table} (run_uuid, key, value) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])`, [0, 1, 2].map((column) => rows.map((row) => row[column])));
    };
    await insert('params', (run) => run.params);
    await insert('tags', (run) => ({ ...run.tags, 'mlflow.runName': run.name }));
    const points = runs.flatMap((run) => Object.entries(run.metrics).map(([key, value]) => [run.id, key, value, run.startTime]));
    for (const table of ['metrics', 'latest_metrics']) {
      await client.query(
        `INSERT INTO ${table} (run_uuid, key, value, timestamp, step, is_nan) SELECT id, key, value, time, 0, false FROM unnest($1::text[], $2::text[], $3::float8[], $4::bigint[]) p (id, key, value, time)`,
        [0, 1, 2, 3].map((column) => points.map((point) => point[column])),
      );
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  return { experimentId, runIds: runs.map((run) => run.id) };
}

function pairs(record) {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

function generator(seed) {
  let state = seed;
  // mulberry32: the same numbers on every machine.
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

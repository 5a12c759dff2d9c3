// What each server is asked to do. `goal` is the factor of throughput over the better of MLflow's two set-ups;
// `straight.goal` the part of the same statements' throughput without a server in front of PostgreSQL.
import { agentFor, send } from './http-load.mjs';

const BATCH = 1000;
const KEYS = 10;
const GET_RUNS = 1000;

const SEARCH_1000 = { filter: "metrics.accuracy > 0.5 AND params.optimizer = 'adam'", order_by: ['metrics.accuracy DESC'], max_results: 1000 };
const PAGE_100 = { filter: "metrics.loss < 0.3 AND params.model = 'cnn'", max_results: 100 };

export const WORKLOADS = [
  { name: 'log-batch, 1000 metrics', clients: 1, goal: 10, points: BATCH, prepare: logBatch },
  { name: 'log-batch, 1000 metrics', clients: 8, goal: 10, points: BATCH, prepare: logBatch, straight: { points: BATCH, keys: KEYS, goal: 0.6 } },
  { name: 'log-metric, one at a time', clients: 8, goal: 15, prepare: logMetric, straight: { points: 1, keys: 1, goal: 0.5 } },
  { name: 'search, 1000 of 10,000 runs by metric and param, ordered by metric', clients: 1, goal: 20, prepare: search(SEARCH_1000) },
  { name: 'search, 1000 of 10,000 runs by metric and param, ordered by metric', clients: 8, goal: 20, prepare: search(SEARCH_1000) },
  { name: 'search, filtered page of 100', clients: 1, goal: 20, p95Goal: 60, prepare: search(PAGE_100) },
  { name: 'search, filtered page of 100', clients: 8, goal: 20, prepare: search(PAGE_100) },
  { name: 'get-run', clients: 8, goal: 15, prepare: getRun },
];

/** Throws unless all servers find the same runs in the same order. */
export async function checkSameAnswers(servers) {
  for (const body of [SEARCH_1000, PAGE_100]) {
    const answers = [];
    for (const server of servers) {
      const agent = agentFor(1);
      const { runs = [] } = JSON.parse(await send(server, agent, post('runs/search', { ...body, experiment_ids: [server.data.experimentId] })));
      agent.destroy();
      answers.push(runs.map((run) => `${run.info.run_name} ${run.data.metrics.length} ${run.data.params.length} ${run.data.tags.length}`).join('\n'));
      if (runs.length !== body.max_results) throw new Error(`${server.name} found ${runs.length} runs instead of ${body.max_results}: the comparison would be of no use.`);
    }
    if (new Set(answers).size !== 1) throw new Error(`The servers find different runs for ${body.filter}.`);
  }
}

async function logBatch(server, clients) {
  const runIds = await newRuns(server, clients);
  return (client, turn) => {
    const metrics = Array.from({ length: BATCH }, (_, index) => ({ key: `metric_${index % KEYS}`, value: index / 7, timestamp: 1_760_000_000_000 + index, step: turn * (BATCH / KEYS) + Math.floor(index / KEYS) }));
    return post('runs/log-batch', { run_id: runIds[client], metrics });
  };
}

async function logMetric(server, clients) {
  const runIds = await newRuns(server, clients);
  return (client, turn) => post('runs/log-metric', { run_id: runIds[client], key: 'loss', value: 1 / (turn + 1), timestamp: 1_760_000_000_000 + turn, step: turn });
}

function search(body) {
  return async (server) => {
    const message = post('runs/search', { ...body, experiment_ids: [server.data.experimentId] });
    return () => message;
  };
}

async function getRun(server) {
  const { runIds } = server.data;
  return (client, turn) => ({ method: 'GET', path: `/api/2.0/mlflow/runs/get?run_id=${runIds[(client * 7919 + turn) % GET_RUNS]}` });
}

/** A fresh run for each client, so that no repetition sends a point twice. */
export async function newRuns(server, clients) {
  const agent = agentFor(1);
  const runIds = [];
  for (let client = 0; client < clients; client += 1) {
    const { run } = JSON.parse(await send(server, agent, post('runs/create', { experiment_id: '0', start_time: Date.now() })));
    runIds.push(run.info.run_id);
  }
  agent.destroy();
  return runIds;
}

function post(path, message) {
  return { method: 'POST', path: `/api/2.0/mlflow/${path}`, body: JSON.stringify(message) };
}

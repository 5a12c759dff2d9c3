import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { decodeProvenanceId } from '@modelyard/kernel';
import { delay, processesOf, removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';

const ENDPOINT = 'iris-demo';
const BODY = JSON.stringify({ dataframe_split: { columns: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'], data: [[5.1, 3.5, 1.4, 0.2]] } });
const REQUESTS_PER_SECOND = 50;
const CONNECTIONS = 8;

let yard: Modelyard;

beforeAll(async () => {
  yard = await startModelyard();
  await makeVersion();
}, 120_000);

afterAll(async () => {
  await yard.stop();
  removeDataDirectory(yard.dataDirectory);
});

/** The demo trains, registers and deploys one more version. */
async function makeVersion(): Promise<void> {
  const { code, output } = await runCommand(['demo'], { ...yard.env, MODELYARD_URL: yard.url });
  if (code !== 0) throw new Error(output);
}

async function graphql<T>(query: string): Promise<T> {
  const response = await fetch(`${yard.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function untilServing(revision: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const { endpoint } = await graphql<{ endpoint: { activeRevision: { number: number; state: string } | null } }>(`{ endpoint(name: "${ENDPOINT}") { activeRevision { number state } } }`);
    if (endpoint.activeRevision?.number === revision && endpoint.activeRevision.state === 'READY') return;
    await delay(100);
  }
  throw new Error(`Revision ${revision} did not take over within 30 s.`);
}

const base = (port: 'router' | 'gateway') => (port === 'gateway' ? yard.url : `http://127.0.0.1:${yard.env['MODELYARD_ROUTER_PORT']}`);

interface Answer {
  readonly outcome: string;
  readonly revision: number;
}

function predict(url: string, agent?: Agent): Promise<Answer> {
  const key = Buffer.from(readFileSync(`${yard.dataDirectory}/secrets/provenance-key`, 'utf8').trim());
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ outcome: error.message, revision: 0 });
    const call = request(`${url}/endpoints/${ENDPOINT}/invocations`, { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) } }, (answer) => {
      let text = '';
      answer.on('data', (data: Buffer) => { text += data.toString(); });
      answer.on('error', failed);
      answer.on('end', () => {
        const hasPrediction = text.includes('"predictions"');
        const claim = decodeProvenanceId(key, String(answer.headers['modelyard-provenance']));
        resolve({ outcome: hasPrediction ? String(answer.statusCode) : `${answer.statusCode} ${text.slice(0, 200)}`, revision: claim?.revision ?? 0 });
      });
    });
    call.on('error', failed);
    call.end(BODY);
  });
}

/** Asks at a steady rate while something happens; resolves with all answers. */
async function underLoad(url: string, happen: () => Promise<void>): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answers: Promise<Answer>[] = [];
  const timer = setInterval(() => answers.push(predict(url, agent)), 1000 / REQUESTS_PER_SECOND);
  try {
    await delay(1_500);
    await happen();
    await delay(1_500);
  } finally {
    clearInterval(timer);
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

const notPredicted = (answers: readonly Answer[]) => answers.filter((answer) => answer.outcome !== '200');
const revisionsOf = (answers: readonly Answer[]) => [...new Set(answers.map((answer) => answer.revision))];

describe('traffic under 50 requests a second from 8 connections', () => {
  it.each(['router', 'gateway'] as const)('loses no request when versions replace each other and are rolled back, on the port of the %s', async (port) => {
    const { endpoint } = await graphql<{ endpoint: { activeRevision: { number: number }; revisions: { nodes: { number: number }[] } } }>(
      `{ endpoint(name: "${ENDPOINT}") { activeRevision { number } revisions(first: 1) { nodes { number } } } }`,
    );
    const before = endpoint.activeRevision.number;
    const next = (endpoint.revisions.nodes[0]?.number ?? 0) + 1;
    const answers = await underLoad(base(port), async () => {
      await makeVersion();
      await untilServing(next);
      await delay(500);
      await graphql(`mutation { rollBackEndpoint(input: { endpoint: "${ENDPOINT}" }) { endpoint { name } } }`);
      await untilServing(before);
    });
    expect(answers.length).toBeGreaterThan(200);
    expect(notPredicted(answers)).toEqual([]);
    // Really replaced, and really rolled back.
    expect(revisionsOf(answers).sort()).toEqual([before, next]);
    expect(answers.at(-1)?.revision).toBe(before);
  }, 120_000);
});

describe('a worker killed with -9', () => {
  it('starts its endpoints again, with one process each and no half deployment', async () => {
    const isOf = (app: string) => (pid: number) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(app);
      } catch {
        return false;
      }
    };
    const [worker = 0] = processesOf(yard.dataDirectory).filter(isOf('apps/worker/main.js'));
    expect(worker).toBeGreaterThan(1);
    process.kill(worker, 'SIGKILL');
    const started = Date.now();
    let last = '';
    // The router must have noticed: the first answers may still be those of the old process.
    await delay(1_000);
    while (Date.now() - started < 45_000 && last !== '200') {
      last = (await predict(base('router'))).outcome;
      if (last !== '200') expect(last).toMatch(/^503 /);
      await delay(200);
    }
    expect(last).toBe('200');
    const { endpoint } = await graphql<{ endpoint: { state: string; activeRevision: { readyReplicas: number } } }>(`{ endpoint(name: "${ENDPOINT}") { state activeRevision { readyReplicas } } }`);
    expect(endpoint).toMatchObject({ state: 'READY', activeRevision: { readyReplicas: 1 } });
  }, 90_000);
});

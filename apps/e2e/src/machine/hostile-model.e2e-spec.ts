import { existsSync } from 'node:fs';
import path from 'node:path';
import { delay, removeDataDirectory, runCommand, startModelyard, type Identity, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython } from '../python.js';

const python = findPython();
const isRoot = process.getuid?.() === 0;
const LIVE_MS = 300_000;
const ROW = { dataframe_split: { columns: ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)'], data: [[5.1, 3.5, 1.4, 0.2]] } };

let yard: Modelyard | undefined;

afterEach(async () => {
  await yard?.stop();
  if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  yard = undefined;
});

async function graphql<T>(url: string, query: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

interface State {
  readonly endpoint: { readonly state: string; readonly stateReason: string | null; readonly target: { readonly isolation: string } };
}

/** Deploys the hostile model and asks it what it found. */
async function deployAndAsk(identity: Identity): Promise<{ isolation: string; found: Record<string, string> }> {
  yard = await startModelyard({ identity });
  const { url, dataDirectory, env } = yard;
  // Another endpoint, and callers' tokens, that there is something to find.
  await runCommand(['token', 'create', 'laptop'], env, identity);
  await runPython(python ?? '', 'log_hostile_model.py', [url, 'hostile', dataDirectory, process.cwd()]);
  await graphql(url, 'mutation { deployModelVersion(input: { name: "hostile", version: "1" }) { endpoint { id } } }');
  for (const end = Date.now() + LIVE_MS; Date.now() < end; await delay(500)) {
    const { endpoint } = await graphql<State>(url, '{ endpoint(name: "hostile") { state stateReason target { isolation } } }');
    if (endpoint.state === 'FAILED') throw new Error(endpoint.stateReason ?? 'failed');
    if (endpoint.state !== 'READY') continue;
    const answer = (await (await fetch(`${url}/endpoints/hostile/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ROW) })).json()) as { predictions: [string] };
    return { isolation: endpoint.target.isolation, found: JSON.parse(answer.predictions[0]) as Record<string, string> };
  }
  throw new Error('it did not get ready');
}

(python === null || !isRoot ? describe.skip : describe).each([
  ['as a user of its own, when the worker is root', {}, 'separate-uid'],
  ['in namespaces of its own, when the worker is an ordinary user', { uid: 65_534, gid: 65_534 }, 'user-namespace'],
])('a hostile pickle %s', (_how, identity, expected) => {
  it('finds no data, no database, no token, and cannot act as the person at the machine', async () => {
    const { isolation, found } = await deployAndAsk(identity);
    expect(isolation).toBe(expected);
    expect(Object.keys(found).length).toBeGreaterThan(18);
    // In namespaces the data folder is an empty one of its own: what it writes there, nobody sees.
    const allowed = isolation === 'user-namespace' ? ['a file in the data folder'] : [];
    expect(Object.entries(found).filter(([what, outcome]) => !outcome.startsWith('refused') && !allowed.includes(what))).toEqual([]);
    expect(found['the API as the person']).toMatch(/refused: 401 .*A model is not the person/);
    expect(found['the database']).toBe('refused: asks for a password');
    expect(existsSync(path.join(yard?.dataDirectory ?? '', 'left-behind'))).toBe(false);
  }, LIVE_MS + 60_000);
});

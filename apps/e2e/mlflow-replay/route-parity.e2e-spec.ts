import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeDataDirectory, startModelyard, type Modelyard } from '../src/modelyard-process.js';
import { findPython, runPython } from '../src/python.js';
import { compatibilityDoc, unservedEntry, type MlflowRoute } from './compatibility-doc.js';
import { UNSERVED } from './unserved-routes.js';

/** Every route of the installed MLflow is served, or listed with a reason. */
const FILE = path.join(process.cwd(), 'docs/mlflow-compatibility.md');

const python = findPython();

(python === null ? describe.skip : describe)("MLflow's route table", () => {
  let yard: Modelyard;
  let routes: readonly MlflowRoute[];
  let version: string;

  beforeAll(async () => {
    yard = await startModelyard();
    const output = await runPython(python ?? '', 'mlflow_routes.py', []);
    ({ routes, version } = JSON.parse(output.slice(output.lastIndexOf('\n{') + 1)) as { routes: MlflowRoute[]; version: string });
  }, 240_000);

  afterAll(async () => {
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  const all = () => routes.flatMap(({ methods, path: route }) => methods.map((method) => ({ method, route })));

  /** What the product says to a request with made-up parameters. */
  async function probe(method: string, route: string): Promise<'served' | 'not-implemented' | 'absent'> {
    const response = await fetch(`${yard.url}${route.replaceAll(/\{\w+\}/g, 'x')}`, { method, redirect: 'manual', headers: { 'content-type': 'application/json' }, ...(method === 'GET' ? {} : { body: '{}' }) });
    const text = await response.text();
    if (response.status === 404 && text.includes('ENDPOINT_NOT_FOUND')) return 'absent';
    return response.status === 501 && text.includes('NOT_IMPLEMENTED') ? 'not-implemented' : 'served';
  }

  it('is served, or listed with a reason', async () => {
    expect(routes.length).toBeGreaterThan(350);
    const faults: string[] = [];
    for (const { method, route } of all()) {
      const entry = unservedEntry(method, route);
      if (entry?.status === 'different') continue;
      const answer = await probe(method, route);
      const expected = entry === undefined ? 'served' : entry.status === 'not-done' ? 'absent' : 'not-implemented';
      if (answer !== expected) faults.push(`${method} ${route} is ${answer}, and ${entry === undefined ? 'is not in unserved-routes.ts' : `listed there as ${entry.status}`}`);
    }
    expect(faults).toEqual([]);
  }, 120_000);

  it('has a route for each that is listed', () => {
    const bare = routes.map(({ path: route }) => route.replace(/^\/(?:ajax-)?api\/\d\.\d/, ''));
    const stale = UNSERVED.flatMap(({ paths }) => paths).filter((pattern) => !bare.some((route) => (pattern.endsWith('*') ? route.startsWith(pattern.slice(0, -1)) : route === pattern)));
    expect(stale).toEqual([]);
  });

  it('is what docs/mlflow-compatibility.md shows (write it with UPDATE_DOCS=1)', () => {
    const expected = compatibilityDoc(version, routes);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, expected);
    expect(readFileSync(FILE, 'utf8')).toBe(expected);
  });

  it.each(['/api/2.0/mlflow/nothing', '/ajax-api/3.0/mlflow/nothing', '/api/9.9/x', '/api/', '/ajax-api/2.0/'])('%s is nothing, in the shape that clients read', async (route) => {
    for (const method of ['GET', 'POST', 'DELETE']) expect(await probe(method, route)).toBe('absent');
  });
});

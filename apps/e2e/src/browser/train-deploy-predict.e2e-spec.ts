import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython, runPythonFile } from '../python.js';
import { findChromium, inspect, launch, watchFaults } from './browser.js';

const python = findPython();
const chromium = findChromium();
// The first deployment of a Python model installs its environment.
const LIVE_MS = 300_000;
const ROW = { dataframe_split: { columns: ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)'], data: [[5.1, 3.5, 1.4, 0.2]] } };

(python === null || chromium === null ? describe.skip : describe)('from training to a live endpoint and back, as a person does it', () => {
  let yard: Modelyard;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let printed: string;

  beforeAll(async () => {
    yard = await startModelyard();
    browser = await launch(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(20_000);
    faults = watchFaults(page);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  async function predict(): Promise<{ predictions: unknown; provenance: string }> {
    const response = await fetch(`${yard.url}/endpoints/iris/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ROW) });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
    return { predictions: (JSON.parse(text) as { predictions: unknown }).predictions, provenance: response.headers.get('modelyard-provenance') ?? '' };
  }

  async function deploy(version: number): Promise<void> {
    await page.goto(`${yard.url}/models/iris/versions/${version}`);
    await page.getByRole('button', { name: 'Deploy' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText(`Plan`).waitFor();
    await sheet.getByRole('button', { name: /^Deploy/ }).click();
    await sheet.getByText(/is live: it takes 100 % of the traffic/).waitFor({ timeout: LIVE_MS });
  }

  it('trains with the snippet that the start prints, unchanged', async () => {
    const snippet = yard.output().split('Try it')[1]?.split('\n').slice(1).map((line) => line.trim()).filter((line) => line !== '').join('\n') ?? '';
    const file = path.join(path.dirname(yard.dataDirectory), 'snippet.py');
    writeFileSync(file, snippet);
    printed = await runPythonFile(python ?? '', file);
    expect(printed).toContain("Created version '1' of model 'iris'");
  }, 120_000);

  it('opens the run by the link that the client prints', async () => {
    const link = /View run .* at: (\S+)/.exec(printed)?.[1] ?? '';
    await page.goto(link);
    await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
    await page.getByText('training_accuracy_score').first().waitFor();
    expect(await inspect(page, 'run')).toEqual([]);
    await page.goto(/View experiment at: (\S+)/.exec(printed)?.[1] ?? '');
    await page.waitForURL(/\/experiments\/0/);
    await page.getByRole('link', { name: /-\d+$/ }).first().waitFor();
    expect(await inspect(page, 'runs-table')).toEqual([]);
  }, 60_000);

  it('deploys the version with one button and shows the steps', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Models' }).click();
    await page.getByRole('link', { name: 'iris' }).first().click();
    await page.waitForURL(/\/models\/iris$/);
    expect(await inspect(page, 'model')).toEqual([]);
    await page.goto(`${yard.url}/models/iris/versions/1`);
    await page.getByText('sepal length (cm)').first().waitFor();
    expect(await inspect(page, 'version')).toEqual([]);
    await deploy(1);
    expect(await inspect(page, 'deployed')).toEqual([]);
    expect((await predict()).predictions).toEqual([0]);
  }, LIVE_MS + 60_000);

  it('predicts in the try-it box, filled from the signature, and leads to where the prediction comes from', async () => {
    await page.getByRole('link', { name: 'Open endpoint' }).click();
    await page.waitForURL(/\/endpoints\/iris$/);
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByRole('status', { name: 'Answer' });
    await answer.getByText('200 OK').waitFor();
    expect(await answer.textContent()).toMatch(/"predictions"/);
    expect(await inspect(page, 'endpoint')).toEqual([]);
    await answer.getByRole('link', { name: 'Provenance of this prediction' }).click();
    await page.waitForURL(/\/provenance\//);
    await page.getByText('iris version 1').first().waitFor();
    expect(await inspect(page, 'provenance')).toEqual([]);
  }, 60_000);

  it('replaces it by a second version, and rolls back with one click', async () => {
    await runPython(python ?? '', 'train_shifted_iris.py', [yard.url, 'iris']);
    await deploy(2);
    expect((await predict()).predictions).toEqual([10]);
    await page.goto(`${yard.url}/endpoints/iris`);
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('button', { name: 'Roll back to revision 1' }).click();
    const end = Date.now() + 10_000;
    while (JSON.stringify((await predict()).predictions) !== '[0]' && Date.now() < end) await page.waitForTimeout(50);
    const { predictions, provenance } = await predict();
    expect(predictions).toEqual([0]);
    await page.getByText('Traffic goes back to revision 1').waitFor();
    expect(await inspect(page, 'rolled-back')).toEqual([]);
    const query = `{ provenance(id: "${provenance}") { revision { number } modelVersion { version } run { runId } } }`;
    const { data } = (await (await fetch(`${yard.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })).json()) as { data: unknown };
    expect(data).toMatchObject({ provenance: { revision: { number: 1 }, modelVersion: { version: '1' }, run: { runId: expect.stringMatching(/^[0-9a-f]{32}$/) } } });
  }, LIVE_MS + 120_000);

  it.each([
    ['experiments', '/experiments', 'Default'],
    ['models', '/models', 'iris'],
    ['endpoints', '/endpoints', 'iris'],
    ['governance', '/governance', 'endpoint.roll-back'],
    ['settings', '/settings', 'Token'],
    ['nothing-there', '/models/nobody', 'nobody'],
  ])('shows %s, in light and dark, without a fault', async (name, address, text) => {
    await page.goto(`${yard.url}${address}`);
    await page.getByText(text).first().waitFor();
    expect(await inspect(page, name)).toEqual([]);
  }, 60_000);

  it.each([
    ['an organization', '/orgs/acme', ''],
    ['a project', '/orgs/acme/projects/team', ''],
    ['a workspace', '/orgs/acme', '?workspace=team'],
  ])('opens links of clients that work with %s', async (_what, prefix, search) => {
    await runCommand(['org', 'create', 'acme'], yard.env);
    const post = async (url: string, body: unknown) => (await (await fetch(`${yard.url}${prefix}${url}`, { method: 'POST', headers: { 'content-type': 'application/json', ...(search === '' ? {} : { 'x-mlflow-workspace': 'team' }) }, body: JSON.stringify(body) })).json()) as { run: { info: { run_id: string } } };
    await fetch(`${yard.url}/orgs/acme/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: 'mutation { createProject(input: { name: "team" }) { project { id } } }' }) });
    const { run } = await post('/api/2.0/mlflow/runs/create', { experiment_id: '0', start_time: 1, run_name: 'linked-run' });
    for (const link of [`#/experiments/0/runs/${run.info.run_id}`, '#/experiments/0', '#/models']) {
      await page.goto(`${yard.url}${prefix}/${search}${link}`);
      await page.getByText(link === '#/models' ? 'Register your first model' : 'linked-run').first().waitFor();
    }
  }, 60_000);

  it('had no error in the console and no answer of 500 all the way', () => {
    expect(faults).toEqual([]);
  });
});

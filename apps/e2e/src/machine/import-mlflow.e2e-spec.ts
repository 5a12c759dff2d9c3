import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startOracle, type Oracle } from '../../mlflow-replay/oracle.js';
import { delay, removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython } from '../python.js';

const python = findPython();
const SCENARIO = 'import_scenario.py';
const POINTS = 1_000_000;

(python === null ? describe.skip : describe)('importing the store of a real `mlflow server`', () => {
  let oracle: Oracle;
  let yard: Modelyard;
  let uri: string;
  let token: string;

  beforeAll(async () => {
    [oracle, yard] = await Promise.all([startOracle(python ?? ''), startModelyard({ env: { MODELYARD_AUTH: 'required' } })]);
    await runPython(python ?? '', SCENARIO, ['fill', oracle.url, path.join(oracle.directory, 'mlflow.db'), String(POINTS)]);
    const { output } = await runCommand(['org', 'create', 'moved'], yard.env);
    uri = /^Tracking URI +(\S+)/m.exec(output)?.[1] ?? '';
    token = /^Token +(\S+)/m.exec(output)?.[1] ?? '';
  }, 240_000);

  afterAll(async () => {
    await oracle?.stop();
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  it('goes on after a kill half way, and the client reads from both what is the same', async () => {
    const report = path.join(yard.dataDirectory, 'report.json');
    const words = ['import', 'mlflow', '--from', `sqlite:///${oracle.directory}/mlflow.db`, '--artifacts', path.join(oracle.directory, 'artifacts'), '--org', 'moved', '--report', report];
    const reached = await killHalfWay(words, yard.env);
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(POINTS);

    const started = Date.now();
    const { code, output } = await runCommand(words, yard.env);
    expect(output).toMatch(/^Going on with the import/);
    expect(output).toMatch(/ok +metrics +1,000,0\d\d rows/);
    expect(output).not.toContain('Warning');
    expect({ code, end: output.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, end: 'Done: all 27 tables are equal.' });
    expect(Date.now() - started).toBeLessThan(110_000);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ organization: 'moved', outside: [], files: { skipped: [] } });

    const theirs = answersOf(await runPython(python ?? '', SCENARIO, ['read', oracle.url]));
    const ours = answersOf(await runPython(python ?? '', SCENARIO, ['read', uri, report], { MLFLOW_TRACKING_TOKEN: token }));
    for (const [question, answer] of Object.entries(theirs)) expect({ [question]: ours[question] }).toEqual({ [question]: answer });
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  }, 300_000);

  it('says what to do about a source that is none', async () => {
    expect(await runCommand(['import', 'mlflow', '--from', '/no/such.db', '--org', 'moved'], yard.env)).toMatchObject({ code: 1, output: expect.stringMatching(/^There is no file \/no\/such\.db\./) });
    expect(await runCommand(['import', 'mlflow', '--from', 'mysql://h/db', '--org', 'moved'], yard.env)).toMatchObject({ code: 1, output: expect.stringMatching(/PostgreSQL and SQLite can/) });
    expect(await runCommand(['import', 'mlflow'], yard.env)).toMatchObject({ code: 1, output: expect.stringMatching(/^Usage: modelyard import mlflow --from/) });
  }, 60_000);
});

/** The last line of the script. */
function answersOf(output: string): Record<string, unknown> {
  return JSON.parse(output.split('\n').findLast((line) => line.startsWith('{')) ?? '{}') as Record<string, unknown>;
}

/** Starts the import and ends it with SIGKILL once some metric points are in. Resolves with how many it had told of. */
async function killHalfWay(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [path.join(process.cwd(), 'dist/apps/cli/main.js'), ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { text += data.toString('utf8'); });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = () => Number([...text.matchAll(/^ +metrics +([\d,]+) of/gm)].at(-1)?.[1]?.replaceAll(',', '') ?? 0);
  while (told() < POINTS / 4 && child.exitCode === null) await delay(20);
  child.kill('SIGKILL');
  await exited;
  if (child.signalCode !== 'SIGKILL') throw new Error(`the import ended before it could be killed:\n${text}`);
  return told();
}

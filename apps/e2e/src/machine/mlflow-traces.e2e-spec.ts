import { startOracle } from '../../mlflow-replay/oracle.js';
import { removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython } from '../python.js';

const python = findPython();
const SCENARIO = 'trace_scenario.py';

/** Its last line: what the server answered, without ids and times. */
const summaryOf = (output: string) => JSON.parse(output.split('\n').findLast((line) => line.startsWith('{')) ?? '') as unknown;

(python === null ? describe.skip : describe)('tracing with the unmodified MLflow client', () => {
  let yard: Modelyard;

  beforeAll(async () => {
    yard = await startModelyard({ env: { MODELYARD_AUTH: 'required' } });
  }, 120_000);

  afterAll(async () => {
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  it('answers as `mlflow server` does, behind an organization and a token', async () => {
    const { output } = await runCommand(['org', 'create', 'traced'], yard.env);
    const uri = /^Tracking URI +(\S+)/m.exec(output)?.[1] ?? '';
    const token = /^Token +(\S+)/m.exec(output)?.[1] ?? '';
    const ours = summaryOf(await runPython(python ?? '', SCENARIO, [uri], { MLFLOW_TRACKING_TOKEN: token }));
    const oracle = await startOracle(python ?? '');
    const theirs = await runPython(python ?? '', SCENARIO, [oracle.url]).then(summaryOf).finally(() => oracle.stop());
    expect(ours).toEqual(theirs);
  }, 600_000);
});

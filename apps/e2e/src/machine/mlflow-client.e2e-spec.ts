import { removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython } from '../python.js';

const python = findPython();

(python === null ? describe.skip : describe)('the unmodified MLflow client', () => {
  let yard: Modelyard;

  afterEach(async () => {
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  const organization = async () => {
    const { output } = await runCommand(['org', 'create', 'acme'], yard.env);
    return { uri: /^Tracking URI +(\S+)/m.exec(output)?.[1] ?? '', token: /^Token +(\S+)/m.exec(output)?.[1] ?? '' };
  };

  it('works in local mode with the URI alone: plain, with an organization, with a project', async () => {
    yard = await startModelyard();
    const { uri } = await organization();
    await fetch(`${uri}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: 'mutation { createProject(input: { name: "team" }) { project { name } } }' }) });
    for (const base of [yard.url, uri, `${uri}/projects/team`]) {
      const output = await runPython(python ?? '', 'client_scenario.py', [base]);
      expect(output).toContain(`View run parent at: ${base}/#/experiments/`);
    }
  }, 600_000);

  it('works in required mode with URI and token, and with host and token', async () => {
    yard = await startModelyard({ env: { MODELYARD_AUTH: 'required' } });
    const { uri, token } = await organization();
    await expect(runPython(python ?? '', 'client_scenario.py', [uri])).rejects.toThrow(/not authenticated/i);
    await runPython(python ?? '', 'client_scenario.py', [uri], { MLFLOW_TRACKING_TOKEN: token });
    const basic = { MLFLOW_TRACKING_USERNAME: 'anyone', MLFLOW_TRACKING_PASSWORD: token };
    await runPython(python ?? '', 'client_scenario.py', [yard.url, 'by-host'], basic);
  }, 600_000);

  it('works with the newer interfaces, in an organization of its own', async () => {
    yard = await startModelyard({ env: { MODELYARD_AUTH: 'required' } });
    const { uri, token } = await organization();
    for (const scenario of ['workspaces', 'webhooks', 'evaluation_datasets', 'scorers', 'issues']) {
      expect(await runPython(python ?? '', `${scenario}_scenario.py`, [uri], { MLFLOW_TRACKING_TOKEN: token })).toContain(`${scenario}: fine`);
    }
  }, 600_000);
});

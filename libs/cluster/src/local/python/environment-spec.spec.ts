import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnvironmentSpec } from './environment-spec.js';

const MLMODEL = 'flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    python_version: 3.11.7\nmlflow_version: 3.17.2\n';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'model-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const spec = await readEnvironmentSpec(folder);
  return { python: spec.pythonMinor, requirements: spec.requirements.map(({ text }) => text) };
}

describe('readEnvironmentSpec', () => {
  it('reads what MLflow writes, and adds what serving needs', async () => {
    expect(
      await read({ MLmodel: MLMODEL, 'python_env.yaml': 'python: 3.11.7\nbuild_dependencies:\n- pip==23.2.1\ndependencies:\n- -r requirements.txt\n', 'requirements.txt': 'mlflow==3.17.2\nnumpy==2.4.6' }),
    ).toEqual({ python: '3.11', requirements: ['mlflow==3.17.2', 'numpy==2.4.6', 'pandas', 'starlette', 'uvicorn'] });
  });

  it("adds the MLflow that wrote the model when the requirements lack it, and keeps mlflow-skinny", async () => {
    expect((await read({ MLmodel: MLMODEL, 'requirements.txt': 'numpy' })).requirements).toContain('mlflow==3.17.2');
    expect((await read({ MLmodel: MLMODEL, 'requirements.txt': 'mlflow-skinny==3.17.2' })).requirements).not.toContain('mlflow==3.17.2');
  });

  it('falls back to conda.yaml', async () => {
    const conda = 'channels: [conda-forge]\ndependencies:\n- python=3.10.13\n- pip<=23.2.1\n- pip:\n  - mlflow==2.9.2\n';
    expect(await read({ MLmodel: MLMODEL, 'conda.yaml': conda })).toMatchObject({ python: '3.10', requirements: expect.arrayContaining(['mlflow==2.9.2']) });
    await expect(read({ 'conda.yaml': `${conda}- cudatoolkit=11\n` })).rejects.toThrow("Conda package 'cudatoolkit=11'");
  });

  it('says so when the model names no packages or no Python', async () => {
    await expect(read({ MLmodel: MLMODEL })).rejects.toThrow('does not say which Python and packages');
    await expect(read({ MLmodel: 'flavors: {}', 'requirements.txt': 'numpy' })).rejects.toThrow('does not say which Python and packages');
  });

  it('refuses options in any of the files, and versions that are none', async () => {
    await expect(read({ MLmodel: MLMODEL, 'python_env.yaml': 'python: 3.11\ndependencies: ["--index-url https://evil"]\n' })).rejects.toThrow("Line 1 of 'python_env.yaml'");
    await expect(read({ MLmodel: MLMODEL, 'python_env.yaml': 'python: "3.11; evil"\n', 'requirements.txt': 'numpy' })).rejects.toThrow('Python version cannot be read');
    await expect(read({ MLmodel: MLMODEL.replace('3.17.2', '"3 --pre"'), 'python_env.yaml': 'python: 3.11.1', 'requirements.txt': 'numpy' })).rejects.toThrow('The version in MLmodel');
  });

  it('does not follow links', async () => {
    await symlink('/etc/passwd', path.join(folder, 'requirements.txt'));
    await expect(read({ MLmodel: MLMODEL })).rejects.toThrow('does not say which');
  });
});

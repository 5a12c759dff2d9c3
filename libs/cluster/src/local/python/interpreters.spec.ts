import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseInterpreter, findInterpreters, type Interpreter } from './interpreters.js';

const interpreter = (version: string, hasVenv = true): Interpreter => ({ file: `/usr/bin/python${version}`, prefix: '/usr', version, hasVenv });

describe('chooseInterpreter', () => {
  it('takes any patch release of the same minor version, and no other', () => {
    const found = [interpreter('3.1.1'), interpreter('3.12.0'), interpreter('3.11.2')];
    expect(chooseInterpreter(found, '3.11', { needsVenv: true }).version).toBe('3.11.2');
    expect(chooseInterpreter(found, '3.1', { needsVenv: true }).version).toBe('3.1.1');
  });

  it('says which Pythons there are when none fits, and what to do', () => {
    expect(() => chooseInterpreter([interpreter('3.11.2')], '3.9', { needsVenv: true })).toThrow(
      /^The model needs Python 3\.9, and this machine has only 3\.11\.2 \(\/usr\/bin\/python3\.11\.2\)\. Install Python 3\.9 /,
    );
    expect(() => chooseInterpreter([], '3.9', { needsVenv: true })).toThrow('has no Python that models can run');
  });

  it('says which package is missing when that Python cannot make environments, unless uv does', () => {
    expect(() => chooseInterpreter([interpreter('3.11.2', false)], '3.11', { needsVenv: true })).toThrow('apt install python3.11-venv');
    expect(chooseInterpreter([interpreter('3.11.2', false)], '3.11', { needsVenv: false }).version).toBe('3.11.2');
  });
});

describe('findInterpreters', () => {
  it('asks each program of that name once, and leaves out what does not start', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'interpreters-'));
    for (const name of ['python3.11', 'python3.12']) await writeFile(path.join(folder, name), '', { mode: 0o755 });
    await symlink('python3.11', path.join(folder, 'python3'));
    await writeFile(path.join(folder, 'python3-config'), '', { mode: 0o755 });
    const asked: string[] = [];
    const found = await findInterpreters([folder, '/nonexistent'], async (command) => {
      asked.push(path.basename(command));
      return command.endsWith('3.11') ? '["3.11.2", "/usr", true]' : null;
    });
    await rm(folder, { recursive: true });
    expect(asked.sort()).toEqual(['python3.11', 'python3.12']);
    expect(found.map(({ version }) => version)).toEqual(['3.11.2']);
  });
});

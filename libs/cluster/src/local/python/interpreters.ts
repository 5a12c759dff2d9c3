import { access, constants, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '@modelyard/kernel';
import { z } from 'zod';

/** A Python of this machine that a model's user can run. */
export interface Interpreter {
  /** The real file; the folder that it needs to be read with. */
  readonly file: string;
  readonly prefix: string;
  /** `3.11.2` */
  readonly version: string;
  /** Can it make virtual environments by itself? Some distributions package that apart. */
  readonly hasVenv: boolean;
}

/** Runs a program as the model's user and gives what it printed; null when it failed. */
export type Probe = (command: string, args: readonly string[]) => Promise<string | null>;

const PROBE = 'import sys,json,importlib.util as u;print(json.dumps([sys.version.split()[0].rstrip("+"),sys.base_prefix,all(u.find_spec(m) for m in ("venv","ensurepip"))]))';
const answer = z.tuple([z.string(), z.string(), z.boolean()]);
const MAX_CANDIDATES = 40;

/** All Pythons in the given folders (and pyenv's below a home folder among them) that start. */
export async function findInterpreters(folders: readonly string[], probe: Probe): Promise<Interpreter[]> {
  const found: Interpreter[] = [];
  for (const file of (await candidates(folders)).slice(0, MAX_CANDIDATES)) {
    const output = await probe(file, ['-I', '-c', PROBE]);
    const parsed = answer.safeParse(tryJson(output ?? ''));
    if (parsed.success) found.push({ file, prefix: parsed.data[1], version: parsed.data[0], hasVenv: parsed.data[2] });
  }
  return found;
}

/** The interpreter for a minor version. Throws FAILED_PRECONDITION saying what there is and what to do. */
export function chooseInterpreter(found: readonly Interpreter[], minor: string, options: { needsVenv: boolean }): Interpreter {
  const matching = found.filter((interpreter) => interpreter.version.startsWith(`${minor}.`));
  const usable = matching.find((interpreter) => interpreter.hasVenv || !options.needsVenv);
  if (usable !== undefined) return usable;
  const [incomplete] = matching;
  if (incomplete !== undefined) {
    throw new DomainError('FAILED_PRECONDITION', `Python ${incomplete.version} (${incomplete.file}) cannot make virtual environments. Install its 'venv' package (on Debian and Ubuntu: apt install python${minor}-venv) or 'uv'.`);
  }
  const has = found.length === 0 ? 'no Python that models can run' : `only ${found.map(({ version, file }) => `${version} (${file})`).join(', ')}`;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `The model needs Python ${minor}, and this machine has ${has}. Install Python ${minor} where every user can run it, or log the model again with a Python that is there, or use a Kubernetes target.`,
    { pythonVersion: minor },
  );
}

async function candidates(folders: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^python3(\.\d+)?$/.test(name));
    for (const name of names.sort().reverse()) {
      const file = await realpath(path.join(folder, name)).catch(() => null);
      if (file !== null && (await access(file, constants.X_OK).then(() => true, () => false))) files.add(file);
    }
  }
  return [...files];
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

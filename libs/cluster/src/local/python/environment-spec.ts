import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '@modelyard/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseRequirement, parseRequirements, type Requirement } from './requirements.js';

/** What a model says it needs. */
export interface EnvironmentSpec {
  /** `3.11`: patch releases are interchangeable. */
  readonly pythonMinor: string;
  readonly requirements: readonly Requirement[];
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const version = z.union([z.string(), z.number()]).transform(String);

const mlmodel = z.object({
  flavors: z.object({ python_function: z.object({ python_version: version.nullish() }).optional() }),
  mlflow_version: version.nullish(),
});
const pythonEnv = z.object({ python: version.nullish(), dependencies: z.array(z.string().max(500)).max(1000).nullish() });
const condaEnv = z.object({ dependencies: z.array(z.union([z.string().max(500), z.object({ pip: z.array(z.string().max(500)).max(1000) })])).max(1000) });

/**
 * Reads python_env.yaml and requirements.txt of an MLflow model folder, or conda.yaml when they are absent, and adds what
 * serving needs. Throws INVALID_ARGUMENT naming the line, FAILED_PRECONDITION when the model says nothing.
 */
export async function readEnvironmentSpec(modelDir: string): Promise<EnvironmentSpec> {
  const model = await readYaml(modelDir, 'MLmodel', mlmodel);
  const own = (await fromPythonEnv(modelDir)) ?? (await fromConda(modelDir));
  const python = own?.python ?? model?.flavors.python_function?.python_version;
  if (own === null || !python) {
    throw new DomainError('FAILED_PRECONDITION', 'The model does not say which Python and packages it needs: it has neither requirements.txt with python_env.yaml nor conda.yaml. Log it again with MLflow 2 or newer.');
  }
  return { pythonMinor: minorOf(python), requirements: withServing(own.requirements, model?.mlflow_version ?? null) };
}

/** MLflow's scoring code, pinned as the model was logged, and the web server our wrapper runs on. */
function withServing(requirements: readonly Requirement[], mlflowVersion: string | null): Requirement[] {
  const names = new Set(requirements.map((requirement) => requirement.name));
  const added: string[] = [];
  if (!names.has('mlflow') && !names.has('mlflow-skinny')) added.push(mlflowVersion === null ? 'mlflow>=2' : `mlflow==${mlflowVersion}`);
  for (const name of ['numpy', 'pandas', 'starlette', 'uvicorn']) if (!names.has(name)) added.push(name);
  return [...requirements, ...added.map((text) => parseRequirement(text, 'The version in MLmodel'))];
}

interface OwnSpec {
  readonly python: string | null;
  readonly requirements: readonly Requirement[];
}

async function fromPythonEnv(modelDir: string): Promise<OwnSpec | null> {
  const environment = await readYaml(modelDir, 'python_env.yaml', pythonEnv);
  const file = await readSmall(modelDir, 'requirements.txt');
  if (environment === null && file === null) return null;
  // `-r requirements.txt` is how MLflow refers to the file beside it; nothing else with a dash is taken.
  const inline = (environment?.dependencies ?? []).filter((line) => line.trim() !== '-r requirements.txt');
  if (file === null && inline.length === 0) return null;
  const requirements = [...parseRequirements(file ?? ''), ...parseRequirements(inline.join('\n'), 'python_env.yaml')];
  return { python: environment?.python ?? null, requirements };
}

async function fromConda(modelDir: string): Promise<OwnSpec | null> {
  const environment = await readYaml(modelDir, 'conda.yaml', condaEnv);
  if (environment === null) return null;
  let python: string | null = null;
  const requirements: Requirement[] = [];
  for (const entry of environment.dependencies) {
    if (typeof entry !== 'string') requirements.push(...parseRequirements(entry.pip.join('\n'), 'conda.yaml'));
    else if (/^python\s*=/.test(entry)) python = entry.replace(/^python\s*=+\s*/, '');
    else if (!/^pip\b/.test(entry)) {
      throw new DomainError('FAILED_PRECONDITION', `The model needs the Conda package '${entry.slice(0, 80)}', which cannot be installed here. Name its package of the Python index in requirements.txt and log the model again.`);
    }
  }
  return { python, requirements };
}

function minorOf(python: string): string {
  const minor = /^(\d+\.\d+)(?:\.\d+)?\w*$/.exec(python.trim())?.[1];
  if (minor === undefined) throw new DomainError('INVALID_ARGUMENT', "The model's Python version cannot be read. It must look like 3.11.7.");
  return minor;
}

async function readYaml<S extends z.ZodType>(modelDir: string, name: string, schema: S): Promise<z.output<S> | null> {
  const text = await readSmall(modelDir, name);
  if (text === null) return null;
  try {
    return schema.parse(parse(text, { maxAliasCount: 100 }));
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', `The model's file '${name}' cannot be read. Log the model again.`, {}, { cause });
  }
}

/** A regular file's text, or null. Links are not followed: the model chose where they point. */
async function readSmall(modelDir: string, name: string): Promise<string | null> {
  const file = path.join(modelDir, name);
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  if (found.size > MAX_FILE_BYTES) throw new DomainError('INVALID_ARGUMENT', `The model's file '${name}' is larger than ${MAX_FILE_BYTES} bytes.`);
  return readFile(file, 'utf8');
}

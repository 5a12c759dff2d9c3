import path from 'node:path';
import { DomainError } from '@modelyard/kernel';

export type ServingRuntime = 'onnx' | 'python';

/** Which runtime serves a model of these flavours. ONNX wins: it runs no code of the model. Throws FAILED_PRECONDITION. */
export function runtimeFor(flavors: readonly string[]): ServingRuntime {
  if (flavors.includes('onnx')) return 'onnx';
  if (flavors.includes('python_function')) return 'python';
  const has = flavors.length === 0 ? 'none' : flavors.map((flavor) => `'${flavor}'`).join(', ');
  throw new DomainError('FAILED_PRECONDITION', `This model cannot be served: serving needs the flavour 'onnx' or 'python_function', and the model has ${has}. Log it again with one of MLflow's Python flavours or as ONNX.`);
}

/** Where this installation keeps the runtimes. */
export interface RuntimePaths {
  /** The Node that runs the ONNX server, the built server's `main.js`, and the folders both need. */
  readonly node: string;
  readonly modelServer: string;
  readonly nodeModules: readonly string[];
  /** The folder `modelyard_serving`. */
  readonly pythonServing: string;
}

export interface ServingRequest {
  readonly modelDir: string;
  readonly modelName: string;
  readonly port: number;
  /** Processor threads the model may keep busy. */
  readonly threads: number;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
}

export interface ServingCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the process must be able to read. */
  readonly reads: readonly string[];
}

const HOST = '127.0.0.1';

/** The ONNX server's command line. Pure. */
export function onnxServingCommand(paths: RuntimePaths, request: ServingRequest): ServingCommand {
  return {
    command: paths.node,
    args: [paths.modelServer],
    env: {
      MODEL_DIR: request.modelDir,
      MODEL_NAME: request.modelName,
      HOST,
      PORT: String(request.port),
      THREADS: String(request.threads),
      MAX_BODY_BYTES: String(request.maxBodyBytes),
      REQUEST_TIMEOUT_MS: String(request.requestTimeoutMs),
    },
    reads: [request.modelDir, path.dirname(paths.modelServer), ...paths.nodeModules],
  };
}

/** The Python server's command line, run by the Python of the model's environment. Pure. */
export function pythonServingCommand(paths: RuntimePaths, request: ServingRequest, environment: { python: string; directory: string; reads: readonly string[] }): ServingCommand {
  const threads = String(request.threads);
  const options = {
    '--model-dir': request.modelDir,
    '--name': request.modelName,
    '--host': HOST,
    '--port': String(request.port),
    '--max-body-bytes': String(request.maxBodyBytes),
    '--request-timeout': String(request.requestTimeoutMs / 1000),
  };
  return {
    command: environment.python,
    args: ['-I', '-u', '-B', path.join(paths.pythonServing, '__main__.py'), ...Object.entries(options).map(([name, value]) => `${name}=${value}`)],
    env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin', OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    reads: [request.modelDir, environment.directory, ...environment.reads, paths.pythonServing],
  };
}

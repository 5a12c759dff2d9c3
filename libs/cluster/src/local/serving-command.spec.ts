import { onnxServingCommand, pythonServingCommand, runtimeFor } from './serving-command.js';

const paths = { node: '/opt/node', modelServer: '/app/model-server/main.js', nodeModules: ['/app/node_modules'], pythonServing: '/app/python/modelyard_serving' };
const request = { modelDir: '/m', modelName: '--evil', port: 4711, threads: 2, maxBodyBytes: 1000, requestTimeoutMs: 5000 };

describe('runtimeFor', () => {
  it.each([[['onnx', 'python_function'], 'onnx'], [['sklearn', 'python_function'], 'python']])('serves %j with %s', (flavors, runtime) => {
    expect(runtimeFor(flavors)).toBe(runtime);
  });

  it.each([[['crate'], "has 'crate'"], [[], 'has none']])('refuses %j and says why', (flavors, sentence) => {
    expect(() => runtimeFor(flavors)).toThrow(sentence);
  });
});

describe('serving commands', () => {
  it('hand names to Python so that none can be read as an option', () => {
    const { args, command } = pythonServingCommand(paths, request, { python: '/env/bin/python', directory: '/env', reads: [] });
    expect(command).toBe('/env/bin/python');
    expect(args).toEqual(expect.arrayContaining(['-I', '/app/python/modelyard_serving/__main__.py', '--name=--evil', '--host=127.0.0.1', '--port=4711']));
  });

  it('give the ONNX server only its own variables, on loopback', () => {
    const { env, args } = onnxServingCommand(paths, request);
    expect(args).toEqual(['/app/model-server/main.js']);
    expect(env).toMatchObject({ HOST: '127.0.0.1', PORT: '4711', MODEL_DIR: '/m', THREADS: '2' });
  });
});

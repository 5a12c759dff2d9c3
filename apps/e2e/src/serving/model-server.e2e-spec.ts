import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeIdentityModel, ONNX_TYPES, type IdentityInput } from './identity-model.js';
import { repository, startModelServer, type RunningModelServer } from './model-server-process.js';
import { describeServingConformance } from './serving-conformance.js';

const COLUMNS = ['x1', 'x2'];
/** Class 1 when x1 > x2. */
const CLASSIFIER = { weights: [[-1, 1], [1, -1]], bias: [0, 0] };
const SIGNATURE = JSON.stringify(COLUMNS.map((name) => ({ type: 'double', name, required: true })));
const MLMODEL = `flavors:\n  onnx:\n    data: model.onnx\nmlflow_version: 3.17.2\nsignature:\n  inputs: '${SIGNATURE}'\n`;

let folder: string;
let server: RunningModelServer;

async function modelFolder(name: string, onnx: Uint8Array, mlmodel?: string): Promise<string> {
  const directory = await mkdtemp(path.join(folder, name));
  await writeFile(path.join(directory, 'model.onnx'), onnx);
  if (mlmodel !== undefined) await writeFile(path.join(directory, 'MLmodel'), mlmodel);
  return directory;
}

async function classifier(): Promise<Uint8Array> {
  const built = pathToFileURL(path.join(repository, 'dist/apps/cli/demo/onnx-model.js')).href;
  const { encodeLinearClassifier } = (await import(built)) as { encodeLinearClassifier: (c: typeof CLASSIFIER) => Uint8Array };
  return encodeLinearClassifier(CLASSIFIER);
}

async function post(base: string, url: string, body: unknown) {
  const response = await fetch(base + url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) as Record<string, unknown> };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'model-server-'));
  server = await startModelServer(await modelFolder('classifier', await classifier(), MLMODEL), { MODEL_NAME: 'sign of difference', MAX_BODY_BYTES: '1000000' });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

describeServingConformance('ONNX model server', () => ({
  baseUrl: server.baseUrl,
  modelName: 'sign of difference',
  columns: COLUMNS,
  rows: [[3, 1], [1, 3], [0.5, 0.25]],
  expected: [1, 0, 1],
  readPredictions: (predictions) => (predictions as { label: number }[]).map((row) => row.label),
  inferInput: { name: 'features', datatype: 'FP32' },
  inferOutput: 'label',
}));

describe('a model without a signature', () => {
  let bare: RunningModelServer;
  beforeAll(async () => {
    bare = await startModelServer(await modelFolder('bare', await classifier()));
  });
  afterAll(() => bare.stop());

  it('answers tensors with a dictionary of outputs, as MLflow does', async () => {
    const softmax = 1 / (1 + Math.exp(-4));
    for (const body of [{ instances: [[3, 1]] }, { inputs: [[3, 1]] }, { inputs: { features: [[3, 1]] } }, { instances: [{ features: [3, 1] }] }]) {
      const { json } = await post(bare.baseUrl, '/invocations', body);
      expect(json).toEqual({ predictions: { label: [1], probabilities: [[expect.closeTo(1 - softmax, 6), expect.closeTo(softmax, 6)]] } });
    }
  });

  it.each([{ inputs: [[1, 2, 3]] }, { inputs: [1, 2] }, { inputs: { other: [[1, 2]] } }, { inputs: { features: [[1, 2]], more: [1] } }, { instances: [] }])(
    'answers 400 to %j',
    async (body) => expect((await post(bare.baseUrl, '/invocations', body)).status).toBe(400),
  );
});

describe('a model with a tensor signature', () => {
  it('answers data frames, too, with a dictionary of outputs', async () => {
    const signature = JSON.stringify([{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 2] } }]);
    const tensors = await startModelServer(await modelFolder('tensors', await classifier(), MLMODEL.replace(SIGNATURE, signature)));
    const { json } = await post(tensors.baseUrl, '/invocations', { dataframe_split: { columns: ['a', 'b'], data: [[3, 1]] } });
    await tensors.stop();
    expect(json).toMatchObject({ predictions: { label: [1] } });
  });
});

describe('datatypes', () => {
  const values: Record<keyof typeof ONNX_TYPES, string> = {
    BOOL: 'true,false', UINT8: '0,255', UINT16: '0,65535', UINT32: '0,4294967295', UINT64: '0,18446744073709551615',
    INT8: '-128,127', INT16: '-32768,32767', INT32: '-2147483648,2147483647', INT64: '-9223372036854775808,9007199254740993',
    FP32: '0.5,-1.25', FP64: '0.1,1e300', BYTES: '"a","\u00fc"',
  };
  const types = Object.keys(ONNX_TYPES) as (keyof typeof ONNX_TYPES)[];
  let identity: RunningModelServer;
  beforeAll(async () => {
    const inputs: IdentityInput[] = types.map((type) => ({ name: type, type, dims: ['n'] }));
    identity = await startModelServer(await modelFolder('identity', encodeIdentityModel(inputs)), { MODEL_VERSION: '3' });
  });
  afterAll(() => identity.stop());

  const infer = (change: Partial<typeof values> = {}) => {
    const inputs = types.map((type) => `{"name":"${type}","datatype":"${type}","shape":[2],"data":[${change[type] ?? values[type]}]}`);
    return post(identity.baseUrl, '/v2/models/model/versions/3/infer', `{"inputs":[${inputs.join(',')}]}`);
  };

  it('carries the ends of every type there and back, 64-bit integers exactly', async () => {
    const { status, text } = await infer();
    expect(status).toBe(200);
    for (const type of types) expect(text).toContain(`{"name":"${type}_out","shape":[2],"datatype":"${type}","data":[${values[type].replace('1e300', '1e+300')}]}`);
    expect(text).toContain('"model_version":"3"');
  });

  it('reads null as a missing number and answers null for it', async () => {
    expect((await infer({ FP32: 'null,1' })).text).toContain('"datatype":"FP32","data":[null,1]');
  });

  it.each([['UINT8', '256,0'], ['INT8', '-129,0'], ['INT32', '1.5,0'], ['INT64', '9223372036854775808,0'], ['UINT64', '-1,0'], ['BOOL', '1,0'], ['FP32', '1e39,0'], ['BYTES', '1,2'], ['INT16', 'null,0']])(
    'answers 400 to a %s of %s',
    async (type, data) => expect(await infer({ [type]: data })).toMatchObject({ status: 400, json: { error: expect.stringContaining(type) } }),
  );
});

describe('the process', () => {
  it('answers 413 to a body over the limit, declared or streamed', async () => {
    expect((await post(server.baseUrl, '/invocations', 'x'.repeat(1_000_001))).status).toBe(413);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const streamed = request(`${server.baseUrl}/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => resolve(response.statusCode));
      streamed.on('error', reject);
      streamed.write('x'.repeat(1_000_001));
    });
    expect(status).toBe(413);
  });

  it('survives a client that hangs up in the middle of a body', async () => {
    const { port } = new URL(server.baseUrl);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
        setTimeout(() => socket.destroy(), 50);
      });
      socket.on('close', () => resolve());
    });
    expect((await fetch(`${server.baseUrl}/ping`)).status).toBe(200);
  });

  it('turns unready on SIGTERM, answers what is in flight, and exits with 0', async () => {
    const draining = await startModelServer(await modelFolder('draining', await classifier()), { DRAIN_DELAY_MS: '1000' });
    const exited = draining.stop();
    let status = 200;
    while (status === 200) status = (await fetch(`${draining.baseUrl}/ping`)).status;
    expect(status).toBe(503);
    expect((await fetch(`${draining.baseUrl}/v2/health/ready`)).status).toBe(400);
    expect((await post(draining.baseUrl, '/invocations', { inputs: [[3, 1]] })).status).toBe(200);
    expect(await exited).toBe(0);
  });

  it.each([
    ['flavors:\n  sklearn: {}\n', /flavour 'onnx'/],
    ['flavors:\n  onnx:\n    data: ../../etc/passwd\n', /no file|outside/],
    ['flavors:\n  onnx:\n    data: missing.onnx\n', /no file 'missing.onnx'/],
  ])('ends with a sentence on the MLmodel %j', async (mlmodel, sentence) => {
    await expect(startModelServer(await modelFolder('broken', new Uint8Array([1]), mlmodel))).rejects.toThrow(sentence);
  });
});

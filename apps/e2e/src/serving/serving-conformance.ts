/** A served model with data whose answer is known, whatever runtime serves it. */
export interface ConformanceTarget {
  readonly baseUrl: string;
  readonly modelName: string;
  /** A table with a named column signature, and what the model says to each row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly expected: readonly number[];
  /** The expected values, out of `predictions`. */
  readonly readPredictions: (predictions: unknown) => unknown[];
  /** One tensor that holds all rows, and the output with the expected values. */
  readonly inferInput: { readonly name: string; readonly datatype: string };
  readonly inferOutput: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Never to be seen in an answer to a bad request: inputs may be personal. */
const MARKER = 'marker-of-a-private-value';

/**
 * What every model server of ours does, whatever it is written in: MLflow's scoring protocol and the Open Inference
 * Protocol v2 over REST. Declares the tests; `target` is read when they run.
 */
export function describeServingConformance(title: string, target: () => ConformanceTarget): void {
  const call = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(new URL(path, target().baseUrl), init);
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  };
  const post = (path: string, body: unknown, contentType = 'application/json') =>
    call(path, { method: 'POST', headers: { 'content-type': contentType }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const invoke = (body: unknown, contentType?: string) => post('/invocations', body, contentType);
  const predictionsOf = (answer: Answer) => {
    expect(answer).toMatchObject({ status: 200 });
    return target().readPredictions(answer.json.predictions);
  };
  const records = () => target().rows.map((row) => Object.fromEntries(target().columns.map((name, index) => [name, row[index]])));
  const split = () => ({ columns: target().columns, data: target().rows });

  describe(`${title}: MLflow scoring protocol`, () => {
    it.each(['/ping', '/health'])('GET %s answers 200 and a line feed', async (path) => {
      expect(await call(path)).toMatchObject({ status: 200, text: '\n' });
    });

    it('GET /version answers a version', async () => {
      expect((await call('/version')).text).toMatch(/^\d+\.\d+/);
    });

    it('predicts the same from dataframe_split, dataframe_records and text/csv', async () => {
      const csv = [target().columns, ...target().rows].map((row) => row.join(',')).join('\n');
      expect(predictionsOf(await invoke({ dataframe_split: split() }))).toEqual(target().expected);
      expect(predictionsOf(await invoke({ dataframe_split: { ...split(), index: target().rows.map((_, i) => i) } }))).toEqual(target().expected);
      expect(predictionsOf(await invoke({ dataframe_records: records() }))).toEqual(target().expected);
      expect(predictionsOf(await invoke(csv, 'text/csv'))).toEqual(target().expected);
    });

    it('finds columns by name, and ignores ones the model does not know', async () => {
      const columns = ['extra', ...target().columns.toReversed()];
      const data = target().rows.map((row) => [9, ...row.toReversed()]);
      expect(predictionsOf(await invoke({ dataframe_split: { columns, data } }))).toEqual(target().expected);
    });

    it('takes columns from inputs and records from instances', async () => {
      const inputs = Object.fromEntries(target().columns.map((name, index) => [name, target().rows.map((row) => row[index])]));
      expect(predictionsOf(await invoke({ inputs }))).toEqual(target().expected);
      expect(predictionsOf(await invoke({ instances: records() }))).toEqual(target().expected);
    });

    it('takes charset=utf-8 and params', async () => {
      expect(predictionsOf(await invoke({ dataframe_split: split(), params: {} }, 'application/json; charset=UTF-8'))).toEqual(target().expected);
    });

    it.each(['text/plain', 'application/xml', 'application/json; charset=latin-1', 'application/json; version=2', 'application/octet-stream'])(
      'answers 415 to %s',
      async (contentType) => expect(await invoke({ dataframe_split: split() }, contentType)).toMatchObject({ status: 415 }),
    );

    it('answers 415 without a content type', async () => {
      expect(await call('/invocations', { method: 'POST', body: new Uint8Array([123, 125]) })).toMatchObject({ status: 415 });
    });

    const bad: [string, () => unknown][] = [
      ['no data', () => ({})],
      ['two kinds of data', () => ({ dataframe_split: split(), instances: [[1]] })],
      ['a list', () => [1]],
      ['a text', () => JSON.stringify(MARKER)],
      ['null', () => 'null'],
      ['no JSON', () => `{"dataframe_split": ${MARKER}`],
      ['an empty body', () => ''],
      ['deep nesting', () => `{"inputs": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
      ['split without data', () => ({ dataframe_split: { columns: ['a'] } })],
      ['split that is a list', () => ({ dataframe_split: [[1]] })],
      ['records that are no objects', () => ({ dataframe_records: [1, 2] })],
      ['a missing column', () => ({ dataframe_split: { columns: ['other'], data: [[1]] } })],
      ['a row of another length', () => ({ dataframe_split: { columns: target().columns, data: [[1]] } })],
      ['text where numbers belong', () => ({ dataframe_split: { columns: target().columns, data: [target().columns.map(() => MARKER)] } })],
      ['an object where a number belongs', () => ({ dataframe_split: { columns: target().columns, data: [target().columns.map(() => ({ a: 1 }))] } })],
      ['a chat message', () => ({ messages: [{ role: 'user', content: MARKER }] })],
    ];
    it.each(bad)('answers 400, a code and a sentence to %s', async (_, body) => {
      const answer = await invoke(body());
      expect(answer).toMatchObject({ status: 400, json: { error_code: expect.any(String), message: expect.any(String) } });
      expectDiscreet(answer);
    });

    it('answers 404 and 405 outside its routes', async () => {
      expect((await call('/nothing')).status).toBe(404);
      expect((await call('/invocations')).status).toBe(405);
    });
  });

  describe(`${title}: Open Inference Protocol v2`, () => {
    const model = () => `/v2/models/${encodeURIComponent(target().modelName)}`;
    const tensor = () => ({ ...target().inferInput, shape: [target().rows.length, target().columns.length], data: target().rows.flat() });
    const infer = (body: unknown) => post(`${model()}/infer`, body);
    const outputOf = (answer: Answer) => (answer.json.outputs as { name: string; shape: number[]; data: unknown[] }[]).find((o) => o.name === target().inferOutput);

    it('describes the server and its health', async () => {
      expect((await call('/v2')).json).toMatchObject({ name: expect.any(String), version: expect.any(String), extensions: [] });
      expect(await call('/v2/health/live')).toMatchObject({ status: 200, json: { live: true } });
      expect(await call('/v2/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
    });

    it('describes the model and says it is ready', async () => {
      const { json } = await call(model());
      expect(json).toMatchObject({ name: target().modelName, platform: expect.any(String) });
      for (const side of [json.inputs, json.outputs] as Record<string, unknown>[][]) {
        expect(side.length).toBeGreaterThan(0);
        for (const spec of side) expect(spec).toMatchObject({ name: expect.any(String), datatype: expect.stringMatching(/^(BOOL|BYTES|U?INT\d+|FP\d+)$/), shape: expect.any(Array) });
      }
      expect(await call(`${model()}/ready`)).toMatchObject({ status: 200, json: { name: target().modelName, ready: true } });
    });

    it('infers from flat and from nested data alike, and echoes the id', async () => {
      const flat = await infer({ id: 'request-7', inputs: [tensor()] });
      const nested = await infer({ id: 'request-7', inputs: [{ ...tensor(), data: target().rows }] });
      expect(flat).toMatchObject({ status: 200, json: { id: 'request-7', model_name: target().modelName } });
      expect(nested.json).toEqual(flat.json);
      expect(outputOf(flat)).toMatchObject({ shape: [target().rows.length], data: target().expected });
    });

    it('gives no id when none was sent, and no version when the model has none', async () => {
      const { json } = await infer({ inputs: [tensor()] });
      expect(Object.keys(json)).toEqual(expect.not.arrayContaining(['id', 'model_version']));
    });

    it('gives the requested outputs only', async () => {
      const { json } = await infer({ inputs: [tensor()], outputs: [{ name: target().inferOutput }] });
      expect((json.outputs as { name: string }[]).map((output) => output.name)).toEqual([target().inferOutput]);
    });

    const bad: [string, () => unknown][] = [
      ['no JSON', () => `{"inputs": ${MARKER}`],
      ['an empty body', () => ''],
      ['a list', () => []],
      ['no inputs', () => ({ inputs: [] })],
      ['deep nesting', () => `{"inputs": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
      ['fewer values than the shape says', () => ({ inputs: [{ ...tensor(), data: target().rows.flat().slice(1) }] })],
      ['nesting unlike the shape', () => ({ inputs: [{ ...tensor(), data: [target().rows.flat()] }] })],
      ['ragged data', () => ({ inputs: [{ ...tensor(), data: [[1], [1, 2]] }] })],
      ['an unknown datatype', () => ({ inputs: [{ ...tensor(), datatype: 'FP31' }] })],
      ['a datatype JSON cannot carry', () => ({ inputs: [{ ...tensor(), datatype: 'FP16' }] })],
      ['a negative shape', () => ({ inputs: [{ ...tensor(), shape: [-1, target().columns.length] }] })],
      ['a shape the model does not take', () => ({ inputs: [{ ...tensor(), shape: [1, 1, 1], data: [1] }] })],
      ['a huge shape', () => ({ inputs: [{ ...tensor(), shape: [2 ** 31, 2 ** 31] }] })],
      ['text where numbers belong', () => ({ inputs: [{ ...tensor(), data: target().rows.flat().map(() => MARKER) }] })],
      ['an unknown input', () => ({ inputs: [{ ...tensor(), name: MARKER }, tensor()] })],
      ['the same input twice', () => ({ inputs: [tensor(), tensor()] })],
      ['an unknown output', () => ({ inputs: [tensor()], outputs: [{ name: MARKER }] })],
      ['parameters that are objects', () => ({ inputs: [tensor()], parameters: { a: { b: 1 } } })],
      ['an id that is a number', () => ({ id: 7, inputs: [tensor()] })],
    ];
    it.each(bad)('answers 400 and {"error"} to %s', async (_, body) => {
      const answer = await infer(body());
      expect(answer).toMatchObject({ status: 400, json: { error: expect.any(String) } });
      expectDiscreet(answer);
    });

    it.each(['/v2/models/other', '/v2/models/other/ready', '/v2/models/%E0%A4%A/ready'])('answers 404 to %s', async (path) => {
      expect((await call(path)).status).toBe(404);
    });

    it('answers 404 to a version when the model has none', async () => {
      expect(await call(`${model()}/versions/9/ready`)).toMatchObject({ status: 404, json: { error: expect.any(String) } });
    });

    it('still predicts after all of that', async () => {
      expect(outputOf(await infer({ inputs: [tensor()] }))?.data).toEqual(target().expected);
    });
  });
}

function expectDiscreet(answer: Answer): void {
  expect(answer.text).not.toContain(MARKER);
  expect(answer.text).not.toMatch(/Traceback|stack_trace|\n\s+at |\.py"/);
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

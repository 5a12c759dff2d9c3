import { parseMlmodel, parseRequirements } from './model-contents.js';

const MLMODEL = `
artifact_path: mlflow-artifacts:/1/models/m-1/artifacts
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    python_version: 3.11.2
  sklearn:
    sklearn_version: 1.7.2
mlflow_version: 3.17.0
model_id: m-1
model_size_bytes: 1234
run_id: abc
saved_input_example_info: {artifact_path: input_example.json, serving_input_path: serving_input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-23 09:00:00.000000'
`;

describe('an MLmodel file', () => {
  it('tells flavours, signature, versions and where the example lies', () => {
    const contents = parseMlmodel(MLMODEL);
    expect(contents).toMatchObject({ mlflowVersion: '3.17.0', pythonVersion: '3.11.2', modelSizeBytes: 1234, runId: 'abc', modelId: 'm-1', inputExamplePath: 'input_example.json' });
    expect(Object.keys(contents?.flavors ?? {})).toEqual(['python_function', 'sklearn']);
    expect(contents?.signature).toEqual({
      inputs: [{ type: 'double', name: 'x', required: true }],
      outputs: [{ type: 'tensor', 'tensor-spec': { dtype: 'int64', shape: [-1] } }],
      params: undefined,
    });
  });

  it.each([': : :', '- a\n- b', 'text', '', '{', 'flavors: {}', 'run_id: a'])('%p is none', (yaml) => {
    expect(parseMlmodel(yaml)).toBeNull();
  });

  it('is not expanded when it is a billion laughs', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...[...'bcdefghi'].map((letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(', ')}]`)].join('\n');
    expect(parseMlmodel(bomb)).toBeNull();
  });

  it('keeps what is readable when a signature is damaged', () => {
    expect(parseMlmodel('flavors: {onnx: {}}\nsignature: {inputs: "not json"}')).toMatchObject({ flavors: { onnx: {} }, signature: { inputs: undefined } });
  });

  it('gives a key __proto__ no power', () => {
    parseMlmodel('flavors: {__proto__: {polluted: yes}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('requirements', () => {
  it('are lines without comments', () => {
    expect(parseRequirements('mlflow==3.17.0\n# a comment\nscikit-learn==1.7.2  # pinned\n\npkg @ https://x/y#egg=z\n')).toEqual(['mlflow==3.17.0', 'scikit-learn==1.7.2', 'pkg @ https://x/y#egg=z']);
  });
});

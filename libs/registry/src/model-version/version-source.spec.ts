import { checkPromptSource, parseVersionSource } from './version-source.js';

const ORIGIN = 'https://models.example.org';
const parse = (source: string) => parseVersionSource(source, ORIGIN);

describe('the source of a model version', () => {
  it.each([
    ['runs:/abc123/model', { kind: 'run', runId: 'abc123', path: 'model' }],
    ['runs:/abc123/deep/model/', { kind: 'run', runId: 'abc123', path: 'deep/model' }],
    ['models:/m-0123abc', { kind: 'logged-model', modelId: 'm-0123abc' }],
    ['models:/iris/3', { kind: 'version', name: 'iris', which: { version: 3 } }],
    ['models:/iris/Production', { kind: 'version', name: 'iris', which: { stage: 'Production' } }],
    ['models:/iris/latest', { kind: 'version', name: 'iris', which: { latest: true } }],
    ['models:/iris@champion', { kind: 'version', name: 'iris', which: { alias: 'champion' } }],
    ['mlflow-artifacts:/7/run/artifacts/model', { kind: 'artifacts', path: '7/run/artifacts/model' }],
    ['mlflow-artifacts://other:5000/7/model', { kind: 'artifacts', path: '7/model' }],
    ['mlflow-artifacts:/7/my%20model', { kind: 'artifacts', path: '7/my model' }],
    ['https://models.example.org/api/2.0/mlflow-artifacts/artifacts/7/model', { kind: 'artifacts', path: '7/model' }],
    ['https://models.example.org/orgs/a/projects/b/api/2.0/mlflow-artifacts/artifacts/7/model', { kind: 'artifacts', path: '7/model' }],
    ['s3://bucket/exp/run/artifacts/model', { kind: 'external', uri: 's3://bucket/exp/run/artifacts/model' }],
  ])('%s is read', (source, expected) => {
    expect(parse(source)).toEqual(expected);
  });

  it.each(['/etc/passwd', 'relative/path', 'file:///etc/passwd', 'file:/etc', 'FILE:///etc', 'C:\\models', 'dummy-source', ''])('%p is a local path, which MLflow refuses in these words', (source) => {
    expect(() => parse(source)).toThrow(/^Invalid model version source: .*To use a local path as a model version source, the run_id/);
  });

  it.each([
    'mlflow-artifacts:/7/../8/model',
    'mlflow-artifacts:/7/%2e%2e/8/model',
    'mlflow-artifacts:/7/%252e%252e/8',
    'mlflow-artifacts:/7/..%2f..%2f8',
    'mlflow-artifacts:/7/model%00',
    'mlflow-artifacts:/7/a\\..\\b',
    'mlflow-artifacts:/7/model#frag',
    'mlflow-artifacts:/',
    'runs:/abc/../../etc',
    'runs:/abc/%2e%2e/x',
    's3://bucket/../other',
    'https://models.example.org/api/2.0/mlflow-artifacts/artifacts/../../x',
    'models:/a%2f..%2fb/1',
  ])('%p is refused as a relative path, in any encoding', (source) => {
    expect(() => parse(source)).toThrow(/an absolute path must be provided without relative path references present/);
  });

  it.each(['https://evil.example.org/api/2.0/mlflow-artifacts/artifacts/7/model', 'http://models.example.org/api/2.0/mlflow-artifacts/artifacts/7/m', 'https://models.example.org/api/2.0/mlflow-artifacts/artifacts/7/m?x=1'])(
    '%p is no artifact URL of this server',
    (source) => {
      expect(() => parse(source)).toThrow(/^Invalid model version source|^'source' cannot use the 'https?' scheme/);
    },
  );

  it.each(['runs:/abc', 'runs://host/abc/model', 'models:/iris/1/extra', 'models:/iris/nostage', 'models:/'])('%p names nothing', (source) => {
    expect(() => parse(source)).toThrow(/request parameter must identify the resource that contains the source/);
  });

  it('refuses a source that no column of MLflow would hold', () => {
    expect(() => parse(`s3://${'a'.repeat(2000)}`)).toThrow(/maximum length/);
  });
});

describe('the source of a prompt version', () => {
  it.each(['dummy-source', 'prompt-template'])('%s is a placeholder of MLflow', (source) => {
    expect(() => checkPromptSource(source)).not.toThrow();
  });

  it.each(['/etc/passwd', 'file:///x', 'runs:/a/b', 'anything'])('%s is none', (source) => {
    expect(() => checkPromptSource(source)).toThrow(/Prompt sources must use an MLflow placeholder/);
  });
});

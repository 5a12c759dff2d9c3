import { ArtifactUris } from './artifact-uris.js';

const uris = new ArtifactUris(new Map([['0', '0'], ['7', '1207']]), '/srv/mlruns');

describe('artifact URIs of an imported store', () => {
  it.each([
    ['mlflow-artifacts:/7/abc/artifacts', 'mlflow-artifacts:/1207/abc/artifacts'],
    ['mlflow-artifacts:/7', 'mlflow-artifacts:/1207'],
    ['mlflow-artifacts://host:5000/7/abc', 'mlflow-artifacts:/1207/abc'],
    ['mlflow-artifacts:/0/abc', 'mlflow-artifacts:/0/abc'],
    ['/srv/mlruns/7/abc/artifacts', 'mlflow-artifacts:/1207/abc/artifacts'],
    ['file:///srv/mlruns/7/a%20b', 'mlflow-artifacts:/1207/a b'],
  ])('maps %s', (uri, expected) => {
    expect(uris.map(uri)).toBe(expected);
  });

  it.each(['s3://bucket/7/abc', 'mlflow-artifacts:/77/abc', '/srv/mlruns-old/7/abc', 'file:///srv/other/7', 'file:///srv/mlruns/7/%zz', 'models:/m-1', 'runs:/abc/model', ''])('leaves %s alone', (uri) => {
    expect(uris.map(uri)).toBe(uri);
  });

  it('leaves files alone when their root is not given', () => {
    expect(new ArtifactUris(new Map([['7', '1207']]), null).map('/srv/mlruns/7/abc')).toBe('/srv/mlruns/7/abc');
  });
});

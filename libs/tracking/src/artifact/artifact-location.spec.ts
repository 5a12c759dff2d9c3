import { artifactLocation, joinPath, proxiedPath } from './artifact-location.js';

describe('where artifacts lie', () => {
  it('every object key starts with the organization', () => {
    expect(artifactLocation(7, 12n, 'run/artifacts/model').key).toBe('org/7/artifacts/12/run/artifacts/model');
    expect(artifactLocation(7, 12n, '').key).toBe('org/7/artifacts/12');
  });

  it.each([
    ['mlflow-artifacts:/7/run/artifacts', '7/run/artifacts'],
    ['mlflow-artifacts:/7/run/', '7/run'],
    ['mlflow-artifacts://host:5000/7/run', '7/run'],
    ['mlflow-artifacts:///7/run', '7/run'],
    ['MLFLOW-ARTIFACTS:/7', '7'],
    ['mlflow-artifacts:/', ''],
    ['s3://bucket/x', null],
    ['file:///etc', null],
    ['/etc', null],
  ])('the proxied path of %s is %p', (uri, path) => {
    expect(proxiedPath(uri)).toBe(path);
  });

  it('joins without empty names', () => {
    expect(joinPath('', 'a', '', 'b')).toBe('a/b');
  });
});

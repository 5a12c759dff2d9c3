import { translateLegacyLink } from './legacy-link.js';

const path = (hash: string, search = '') => translateLegacyLink(hash, search)?.path;

describe('links that MLflow clients print', () => {
  it.each([
    ['#/experiments/7', '/experiments/7'],
    ['#/experiments/7/runs/abc', '/runs/abc'],
    ['#/experiments/7/runs/abc/artifacts/model', '/runs/abc?tab=artifacts'],
    ['#/experiments/7/runs/abc/model-metrics', '/runs/abc?tab=metrics'],
    ['#/experiments/7/models/m-1', '/experiments/7/models/m-1'],
    ['#/models', '/models'],
    ['#/models/iris', '/models/iris'],
    ['#/models/my%20model/versions/3', '/models/my%20model/versions/3'],
    ['#/', '/experiments'],
  ])('%s opens %s', (hash, expected) => {
    expect(path(hash)).toBe(expected);
  });

  it('take the workspace from behind or before the hash', () => {
    expect(translateLegacyLink('#/experiments/7?workspace=vision', '')).toEqual({ path: '/experiments/7', workspace: 'vision' });
    expect(translateLegacyLink('#/experiments/7', '?workspace=vision')).toEqual({ path: '/experiments/7', workspace: 'vision' });
  });

  it('cannot name a workspace that would leave the path', () => {
    expect(translateLegacyLink('#/experiments/7?workspace=../x', '')).toEqual({ path: '/experiments/7', workspace: null });
  });

  it('are left alone when they are none', () => {
    expect(translateLegacyLink('#section', '')).toBeNull();
    expect(translateLegacyLink('#/unknown/page', '')).toBeNull();
    expect(translateLegacyLink('', '')).toBeNull();
  });
});

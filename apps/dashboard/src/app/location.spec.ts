import { projectPrefix, readPlace, resolveApiLink } from './location.js';

describe('readPlace', () => {
  it('finds no prefix at the root of a host', () => {
    expect(readPlace('/experiments/1', '/')).toEqual({ basePath: '', prefix: '', organizationSlug: null, projectName: null });
  });

  it('reads organization and project', () => {
    expect(readPlace('/orgs/acme/projects/vision/runs/1', '/')).toEqual({ basePath: '', prefix: '/orgs/acme/projects/vision', organizationSlug: 'acme', projectName: 'vision' });
  });

  it('keeps the sub-path of the installation before the tenant', () => {
    expect(readPlace('/ml/orgs/acme', '/ml/')).toEqual({ basePath: '/ml', prefix: '/ml/orgs/acme', organizationSlug: 'acme', projectName: null });
  });

  it('drops a declared sub-path that the browser did not use', () => {
    expect(readPlace('/orgs/acme/models', '/ml/').prefix).toBe('/orgs/acme');
    expect(readPlace('/mlops', '/ml/').basePath).toBe('');
  });
});

describe('resolveApiLink', () => {
  it('adds the prefix once', () => {
    expect(resolveApiLink('/orgs/acme', '/api/x')).toBe('/orgs/acme/api/x');
    expect(resolveApiLink('/orgs/acme', 'api/x')).toBe('/orgs/acme/api/x');
    expect(resolveApiLink('/orgs/acme', '/orgs/acme/api/x')).toBe('/orgs/acme/api/x');
  });
});

it('builds the prefix of a project', () => {
  expect(projectPrefix('/ml', 'acme', 'vision')).toBe('/ml/orgs/acme/projects/vision');
});

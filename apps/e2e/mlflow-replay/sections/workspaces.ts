import { each, fiveOf, get, of, patch, post, remove, type Section, type Step } from '../replay-case.js';

const ROOT = '/mlflow/workspaces';
const V3 = { mount: '/api/3.0' } as const;
const ONE = `${ROOT}/team-{n}`;
const create = post(ROOT, { name: 'team-{n}', description: 'of {n}', default_artifact_root: 's3://bucket/{n}' }, V3);
const see = get(ONE, {}, V3);
const inside = { ...V3, headers: { 'x-mlflow-workspace': 'team-{n}' } };
const erase = (path: string, query: Step['query'] = {}): Step => ({ verb: 'DELETE', path, query, ...V3 });
const experiment = post('/mlflow/experiments/create', { name: 'in-{n}' }, { headers: inside.headers });
const NAMES = { 'one letter': 'a', 'upper case': 'Team', 'an underscore': 'a_b', 'a hyphen at the end': 'team-', 'two hyphens': 'a--b-{n}', '64 signs': 'a'.repeat(64), 'reserved': 'api', 'the default': 'default' };

export const workspaces: Section = {
  name: 'workspaces',
  workspaces: true,
  // Ours has no description of its own for it.
  setup: [patch(`${ROOT}/default`, { description: 'the first' }, V3), get(ROOT, {}, V3)],
  cases: [
    ...fiveOf('POST', ROOT, {
      ...V3, after: [see], fine: { name: 'team-{n}', description: 'about' }, missing: ['name', 'description'],
      wrong: { 'name is a number': { name: 5 }, 'name is null': { name: null }, 'description is a number': { description: 5 }, 'description is null': { description: null }, 'a root without scheme': { default_artifact_root: 'some/where' }, 'a root of runs': { default_artifact_root: 'runs:/x/y' }, 'a root with a fragment': { default_artifact_root: 's3://b/x#y' }, 'a root that is a number': { default_artifact_root: 5 } },
      over: { 'a root of 3000 signs': { default_artifact_root: `s3://b/${'x'.repeat(3000)}` } },
      foreign: {},
    }).filter(({ title }) => !/description is empty/.test(title)),
    ...each(NAMES, (name) => post(ROOT, { name }, V3)),
    of('POST: a name that is taken, in its words', create, see),
    ...each({ 'with a root': 's3://bucket/root', 'a root with a slash': 's3://bucket/root/', 'a root with a query': 's3://bucket/root?a=b', 'a path': '/mnt/shared', 'blanks around': ' s3://bucket/root ' }, (root) => [post(ROOT, { name: 'team-{n}', default_artifact_root: root }, V3), see, { ...experiment, bind: { made: 'experiment_id' } }, get('/mlflow/experiments/get-by-name', { experiment_name: 'in-{n}' }, { headers: inside.headers })]),
    of('POST: a root of blanks', post(ROOT, { name: 'team-{n}', default_artifact_root: '  ' }, V3), see),
    of('GET: fine', create, see),
    of('GET: on the other mount', create, { ...see, mount: '/ajax-api/3.0' }),
    ...each(NAMES, (name) => [get(`${ROOT}/${name}`, {}, V3)]).filter(({ title }) => title !== 'the default'),
    of('GET: unknown', get(`${ROOT}/nobody-{n}`, {}, V3)),
    of('GET all: in order of names', post(ROOT, { name: 'zz-{n}' }, V3), post(ROOT, { name: 'aa-{n}' }, V3), get(ROOT, {}, V3), get(ROOT, {}, { mount: '/ajax-api/3.0' })),
    ...fiveOf('PATCH', ONE, {
      ...V3, before: [create], after: [see], fine: { description: 'new' }, missing: ['description'],
      wrong: { 'description is a number': { description: 5 }, 'description is null': { description: null }, 'a root without scheme': { default_artifact_root: 'x' }, 'a root of a number': { default_artifact_root: 1 }, 'an empty root': { default_artifact_root: '' }, 'another root': { default_artifact_root: 's3://other' } },
      over: { 'a root of 3000 signs': { default_artifact_root: `s3://b/${'x'.repeat(3000)}` } },
    }).filter(({ title }) => !/description is empty/.test(title)),
    of('PATCH: unknown', patch(`${ROOT}/nobody-{n}`, { description: 'x' }, V3)),
    of('DELETE: fine', create, erase(ONE), see, erase(ONE)),
    of('DELETE: on the other mount', create, { ...erase(ONE), mount: '/ajax-api/3.0' }, see),
    of('DELETE: the default', erase(`${ROOT}/default`)),
    of('DELETE: unknown', erase(`${ROOT}/nobody-{n}`)),
    of('DELETE: a bad name', erase(`${ROOT}/A`)),
    ...each({ 'in lower case': 'restrict', 'of nothing': '', 'unknown': 'NOW' }, (mode) => [create, erase(ONE, { mode }), see]),
    ...each({ 'RESTRICT': 'RESTRICT', 'CASCADE': 'CASCADE', 'SET_DEFAULT': 'SET_DEFAULT' }, (mode) => [create, erase(ONE, { mode }), see]),
    of('DELETE: RESTRICT with an experiment', create, experiment, erase(ONE), see),
    of('DELETE: SET_DEFAULT with an experiment', create, { ...experiment, bind: { made: 'experiment_id' } }, erase(ONE, { mode: 'SET_DEFAULT' }), see, get('/mlflow/experiments/get-by-name', { experiment_name: 'in-{n}' })),
    of('DELETE: SET_DEFAULT with a model', create, post('/mlflow/registered-models/create', { name: 'm-{n}' }, { headers: inside.headers }), post('/mlflow/model-versions/create', { name: 'm-{n}', source: 's3://b/x' }, { headers: inside.headers }), erase(ONE, { mode: 'SET_DEFAULT' }), get('/mlflow/model-versions/get', { name: 'm-{n}', version: '1' })),
    of('DELETE: SET_DEFAULT with a name that is taken', create, post('/mlflow/experiments/create', { name: 'in-{n}' }), experiment, erase(ONE, { mode: 'SET_DEFAULT' }), see),
    of('two workspaces share nothing', create, experiment, get('/mlflow/experiments/get-by-name', { experiment_name: 'in-{n}' }), post('/mlflow/experiments/create', { name: 'in-{n}' })),
    of('DELETE: with a body', create, { ...remove(ONE, { mode: 'NOW' }), ...V3 }, see),
  ],
};

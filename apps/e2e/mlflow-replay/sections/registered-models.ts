import { each, fiveOf, get, of, patch, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/registered-models';
const create = post(`${ROOT}/create`, { name: 'reg-{n}', description: 'd', tags: [{ key: 'a', value: 'b' }] });
const see = get(`${ROOT}/get`, { name: 'reg-{n}' });
const NAME = { name: 'reg-{n}' };
const NOT_TEXT = { 'name is a number': { name: 5 }, 'name is null': { name: null } };
const UNKNOWN = { 'an unknown model': { name: 'nobody-{n}' } };

export const registeredModels: Section = {
  name: 'registered models',
  setup: [post(`${ROOT}/create`, { name: 'taken' })],
  cases: [
    ...fiveOf('POST', `${ROOT}/create`, {
      after: [see],
      fine: { name: 'reg-{n}', description: 'about', tags: [{ key: 'a', value: 'b' }] }, missing: ['name', 'description', 'tags'],
      wrong: { ...NOT_TEXT, 'tags is a text': { tags: 'x' }, 'description is a number': { description: 5 }, 'a slash': { name: 'a/b' }, 'a colon': { name: 'a:b' }, 'a blank': { name: '  ' }, 'a tag without key': { tags: [{ value: 'x' }] }, 'a tag with an empty key': { tags: [{ key: '', value: 'x' }] } },
      over: { 'a tag key of 251 signs': { tags: [{ key: 'k'.repeat(251), value: 'v' }] }, 'a tag value of 100001 signs': { tags: [{ key: 'k', value: 'v'.repeat(100_001) }] } },
      foreign: { 'a name that is taken': { name: 'taken' } },
    }),
    ...each({ 'Unicode': { name: 'mödel 日本 🚀 {n}' }, 'dots and dashes': { name: 'a.b-c_d {n}' }, 'a tag twice': { name: 'reg-{n}', tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] }, 'an empty description': { name: 'reg-{n}', description: '' }, 'a tag with a bad key': { name: 'reg-{n}', tags: [{ key: 'a$', value: '1' }] }, 'a deployment job': { name: 'reg-{n}', deployment_job_id: 'x' } }, (message) => [post(`${ROOT}/create`, message), see]),
    ...fiveOf('GET', `${ROOT}/get`, { before: [create], fine: NAME, missing: ['name'], foreign: UNKNOWN, wrong: { 'two names': { name: ['reg-{n}', 'taken'] }, 'a slash': { name: 'a/b' } }, over: { 'a long name': { name: 'n'.repeat(300) } } }),
    ...fiveOf('POST', `${ROOT}/rename`, { before: [create], after: [see], fine: { ...NAME, new_name: 'renamed-{n}' }, missing: ['name', 'new_name'], wrong: { ...NOT_TEXT, 'new_name is a number': { new_name: 5 }, 'a slash': { new_name: 'a/b' } }, foreign: { ...UNKNOWN, 'a name that is taken': { new_name: 'taken' }, 'its own name': { new_name: 'reg-{n}' } } }),
    ...fiveOf('PATCH', `${ROOT}/update`, { before: [create], after: [see], fine: { ...NAME, description: 'new' }, missing: ['name', 'description'], wrong: { ...NOT_TEXT, 'description is a number': { description: 5 } }, foreign: UNKNOWN, over: { 'a description of 6000 signs': { description: 'd'.repeat(6000) } } }),
    ...fiveOf('DELETE', `${ROOT}/delete`, { before: [create], after: [see], fine: NAME, missing: ['name'], wrong: NOT_TEXT, foreign: UNKNOWN, over: { 'a long name': { name: 'n'.repeat(300) } } }),
    ...fiveOf('POST', `${ROOT}/set-tag`, { before: [create], after: [see], fine: { ...NAME, key: 'k', value: 'v' }, missing: ['name', 'key', 'value'], wrong: { ...NOT_TEXT, 'key is a number': { key: 5 }, 'value is a number': { value: 5 }, 'a bad key': { key: 'a$' } }, foreign: UNKNOWN, over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a value of 100001 signs': { value: 'v'.repeat(100_001) } } }),
    of('POST set-tag: overwritten', create, post(`${ROOT}/set-tag`, { ...NAME, key: 'a', value: 'new' }), see),
    ...fiveOf('DELETE', `${ROOT}/delete-tag`, { before: [create], after: [see], fine: { ...NAME, key: 'a' }, missing: ['name', 'key'], wrong: { ...NOT_TEXT, 'key is a number': { key: 5 } }, foreign: { ...UNKNOWN, 'an unknown key': { key: 'nix' } } }),
    ...fiveOf('GET', `${ROOT}/get-latest-versions`, { before: [create, post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/m' })], fine: NAME, missing: ['name'], foreign: UNKNOWN, wrong: { 'an unknown stage': { stages: ['Nowhere'] }, 'one stage': { stages: 'None' }, 'two stages': { stages: ['None', 'Production'] } } }),
    ...fiveOf('POST', `${ROOT}/get-latest-versions`, { before: [create, post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/m' })], fine: { ...NAME, stages: ['None'] }, missing: ['name', 'stages'], foreign: UNKNOWN, wrong: { ...NOT_TEXT, 'stages is a text': { stages: 'None' }, 'lower case': { stages: ['none'] }, 'numbers': { stages: [1] }, 'an unknown stage': { stages: ['x'] } } }),
    of('the whole life', create, post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/1' }), post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/2' }), post(`${ROOT}/alias`, { ...NAME, alias: 'champion', version: '1' }), see, patch('/mlflow/model-versions/update', { ...NAME, version: '1', description: 'x' }), see, remove(`${ROOT}/delete`, NAME), get('/mlflow/model-versions/get', { ...NAME, version: '1' }), create, see),
  ],
};

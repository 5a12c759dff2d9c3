import { each, fiveOf, get, of, post, remove, type Section } from '../replay-case.js';

const ALIAS = '/mlflow/registered-models/alias';
const STAGE = '/mlflow/model-versions/transition-stage';
const NAME = { name: 'al-{n}' };
const before = [post('/mlflow/registered-models/create', NAME), post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/1' }), post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/2' })];
const see = get('/mlflow/registered-models/get', NAME);
const NOT_TEXT = { 'name is a number': { name: 5 }, 'alias is a number': { alias: 5 } };
const UNKNOWN = { 'an unknown model': { name: 'nobody-{n}' } };
const BAD = { 'latest': { alias: 'latest' }, 'a version name': { alias: 'v12' }, 'a blank': { alias: 'a b' }, 'Unicode': { alias: 'ünï' }, 'a slash': { alias: 'a/b' } };

export const aliases: Section = {
  name: 'aliases',
  setup: [],
  cases: [
    ...fiveOf('POST', ALIAS, { before, after: [see], fine: { ...NAME, alias: 'champion', version: '1' }, missing: ['name', 'alias', 'version'], wrong: { ...NOT_TEXT, 'version is a number': { version: 1 }, 'version is a word': { version: 'one' }, ...BAD }, over: { 'an alias of 256 signs': { alias: 'a'.repeat(256) } }, foreign: { ...UNKNOWN, 'an unknown version': { version: '9' } } }),
    of('POST alias: moved', ...before, post(ALIAS, { ...NAME, alias: 'champion', version: '1' }), post(ALIAS, { ...NAME, alias: 'champion', version: '2' }), see, get(ALIAS, { ...NAME, alias: 'champion' })),
    of('POST alias: two on one', ...before, post(ALIAS, { ...NAME, alias: 'b', version: '1' }), post(ALIAS, { ...NAME, alias: 'a', version: '1' }), see, get('/mlflow/model-versions/get', { ...NAME, version: '1' })),
    of('POST alias: of a deleted version', ...before, remove('/mlflow/model-versions/delete', { ...NAME, version: '1' }), post(ALIAS, { ...NAME, alias: 'champion', version: '1' }), see),
    of('POST alias: goes with its version', ...before, post(ALIAS, { ...NAME, alias: 'champion', version: '1' }), remove('/mlflow/model-versions/delete', { ...NAME, version: '1' }), see, get(ALIAS, { ...NAME, alias: 'champion' })),
    ...fiveOf('GET', ALIAS, { before: [...before, post(ALIAS, { ...NAME, alias: 'champion', version: '2' })], fine: { ...NAME, alias: 'champion' }, missing: ['name', 'alias'], wrong: BAD, foreign: { ...UNKNOWN, 'an unknown alias': { alias: 'nix' }, 'another case': { alias: 'CHAMPION' } } }),
    ...fiveOf('DELETE', ALIAS, { before: [...before, post(ALIAS, { ...NAME, alias: 'champion', version: '2' })], after: [see], fine: { ...NAME, alias: 'champion' }, missing: ['name', 'alias'], wrong: { ...NOT_TEXT, ...BAD }, foreign: { ...UNKNOWN, 'an unknown alias': { alias: 'nix' } } }),
  ],
};

export const stages: Section = {
  name: 'stages',
  setup: [],
  cases: [
    ...fiveOf('POST', STAGE, { before, after: [see], fine: { ...NAME, version: '1', stage: 'Production', archive_existing_versions: false }, missing: ['name', 'version', 'stage', 'archive_existing_versions'], wrong: { 'name is a number': { name: 5 }, 'stage is a number': { stage: 5 }, 'archive is a text': { archive_existing_versions: 'true' }, 'archive is a number': { archive_existing_versions: 1 }, 'an unknown stage': { stage: 'Moon' } }, foreign: { ...UNKNOWN, 'an unknown version': { version: '9' } } }),
    ...each({ 'lower case': { stage: 'staging' }, 'upper case': { stage: 'PRODUCTION' }, 'None': { stage: 'None' }, 'Archived': { stage: 'archived' }, 'Archived, with archiving': { stage: 'Archived', archive_existing_versions: true }, 'None, with archiving': { stage: 'None', archive_existing_versions: true } }, (message) => [...before, post(STAGE, { ...NAME, version: '1', ...message }), see]),
    of('archives the others', ...before, post(STAGE, { ...NAME, version: '1', stage: 'Production' }), post(STAGE, { ...NAME, version: '2', stage: 'Production', archive_existing_versions: true }), see, get('/mlflow/model-versions/get', { ...NAME, version: '1' })),
    of('leaves the others', ...before, post(STAGE, { ...NAME, version: '1', stage: 'Staging' }), post(STAGE, { ...NAME, version: '2', stage: 'Staging' }), see, get('/mlflow/registered-models/get-latest-versions', { ...NAME, stages: ['Staging'] })),
    of('of a deleted version', ...before, remove('/mlflow/model-versions/delete', { ...NAME, version: '1' }), post(STAGE, { ...NAME, version: '1', stage: 'Staging' })),
  ],
};

import { each, get, of, post, remove, type Section } from '../replay-case.js';

const IS_PROMPT = { key: 'mlflow.prompt.is_prompt', value: 'true' };
const NAME = { name: 'prompt-{n}' };
const create = post('/mlflow/registered-models/create', { ...NAME, description: 'd', tags: [IS_PROMPT, { key: 'team', value: 'a' }] });
const TEXT = { key: 'mlflow.prompt.text', value: 'Hello {{name}}, ünï 🚀' };
const TYPE = { key: '_mlflow_prompt_type', value: 'text' };
const version = post('/mlflow/model-versions/create', { ...NAME, source: 'prompt-template', description: 'first', tags: [IS_PROMPT, TEXT, TYPE] });
const see = get('/mlflow/registered-models/get', NAME);
const find = (filter: string) => get('/mlflow/registered-models/search', { filter, max_results: '50' });
const findVersions = (filter: string) => get('/mlflow/model-versions/search', { filter, max_results: '50' });

/** Prompts are registered models and versions that carry MLflow's tags. */
export const prompts: Section = {
  name: 'prompts',
  setup: [],
  cases: [
    of('made and read', create, version, see, get('/mlflow/model-versions/get', { ...NAME, version: '1' })),
    of('made twice', create, create),
    of('two versions', create, version, version, see),
    of('a model is there by that name', post('/mlflow/registered-models/create', NAME), create),
    of('a model by the name of a prompt', create, post('/mlflow/registered-models/create', NAME)),
    of('a prompt version of a model', post('/mlflow/registered-models/create', NAME), version),
    of('a model version of a prompt', create, post('/mlflow/model-versions/create', { ...NAME, source: 's3://b/m' })),
    ...each({ 'dummy-source': 'dummy-source', 'prompt-template': 'prompt-template', 'a file': 'file:///etc/passwd', 'a path': '/etc/passwd', 's3': 's3://b/m', 'empty': '', 'another text': 'anything' }, (source) => [create, post('/mlflow/model-versions/create', { ...NAME, source, tags: [IS_PROMPT, TEXT] })]),
    of('a text of 100000 signs', create, post('/mlflow/model-versions/create', { ...NAME, source: 'dummy-source', tags: [IS_PROMPT, { ...TEXT, value: 'x'.repeat(100_000) }] }), get('/mlflow/model-versions/get', { ...NAME, version: '1' })),
    of('a text of 100001 signs', create, post('/mlflow/model-versions/create', { ...NAME, source: 'dummy-source', tags: [IS_PROMPT, { ...TEXT, value: 'x'.repeat(100_001) }] })),
    of('not found by a search of models', create, version, find("name = 'prompt-{n}'"), find("name LIKE 'prompt-{n}%'")),
    of('found by its tag', create, version, find("name = 'prompt-{n}' AND tags.`mlflow.prompt.is_prompt` = 'true'"), find("tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'prompt-{n}'")),
    of('not is_prompt', create, find("name = 'prompt-{n}' AND tags.`mlflow.prompt.is_prompt` != 'true'"), find("name = 'prompt-{n}' AND tags.`mlflow.prompt.is_prompt` = 'false'")),
    of('by another tag', create, find("name = 'prompt-{n}' AND tags.team = 'a'"), find("name = 'prompt-{n}' AND tags.team = 'a' AND tags.`mlflow.prompt.is_prompt` = 'true'")),
    of('versions by name', create, version, findVersions("name = 'prompt-{n}'"), findVersions("name = 'prompt-{n}' AND tags.`mlflow.prompt.is_prompt` = 'true'")),
    of('alias', create, version, post('/mlflow/registered-models/alias', { ...NAME, alias: 'production', version: '1' }), get('/mlflow/registered-models/alias', { ...NAME, alias: 'production' }), see),
    of('tags', create, version, post('/mlflow/registered-models/set-tag', { ...NAME, key: 'x', value: 'y' }), post('/mlflow/model-versions/set-tag', { ...NAME, version: '1', key: 'x', value: 'y' }), see, get('/mlflow/model-versions/get', { ...NAME, version: '1' })),
    of('the tag taken away', create, remove('/mlflow/registered-models/delete-tag', { ...NAME, key: 'mlflow.prompt.is_prompt' }), see, find("name = 'prompt-{n}'")),
    of('deleted', create, version, remove('/mlflow/model-versions/delete', { ...NAME, version: '1' }), remove('/mlflow/registered-models/delete', NAME), see),
    of('a name with a slash', post('/mlflow/registered-models/create', { name: 'a/{n}', tags: [IS_PROMPT] })),
    of('is_prompt in upper case', post('/mlflow/registered-models/create', { ...NAME, tags: [{ ...IS_PROMPT, value: 'True' }] }), find("name = 'prompt-{n}'"), find("name = 'prompt-{n}' AND tags.`mlflow.prompt.is_prompt` = 'true'")),
    of('is_prompt false', post('/mlflow/registered-models/create', { ...NAME, tags: [{ ...IS_PROMPT, value: 'false' }] }), find("name = 'prompt-{n}'")),
    of('chat', create, post('/mlflow/model-versions/create', { ...NAME, source: 'dummy-source', tags: [IS_PROMPT, { key: 'mlflow.prompt.text', value: '[{"role":"user","content":"hi"}]' }, { ...TYPE, value: 'chat' }] }), see),
    of('latest', create, version, version, get('/mlflow/registered-models/get-latest-versions', NAME)),
    of('stage', create, version, post('/mlflow/model-versions/transition-stage', { ...NAME, version: '1', stage: 'Production' })),
  ],
};

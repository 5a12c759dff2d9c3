import type { ModelVersion, RegisteredModel } from '@modelyard/registry';
import { checkMessage, parseMessage } from '../mlflow-request.js';
import * as versions from './model-versions.wire.js';
import * as models from './registered-models.wire.js';

const VERSION: ModelVersion = {
  registeredModelId: '7', projectId: 1, name: 'iris', version: 2, source: 'models:/m-1', storageLocation: 'mlflow-artifacts:/1/models/m-1/artifacts', runId: null, runLink: null, modelId: 'm-1',
  description: null, stage: 'None', status: 'READY', statusMessage: null, userName: 'ann', creationTime: 10, lastUpdatedTime: 20, tags: [], aliases: [],
};

describe('a model version on the wire', () => {
  it('has its number as a text, its times as numbers, and leaves out what is empty', () => {
    expect(JSON.parse(JSON.stringify(versions.modelVersionMessage(VERSION)))).toEqual({
      name: 'iris', version: '2', creation_timestamp: 10, last_updated_timestamp: 20, user_id: 'ann', current_stage: 'None', source: 'models:/m-1', run_id: '', run_link: '', model_id: 'm-1', status: 'READY',
    });
  });

  it('never shows where its files lie: that has a call of its own', () => {
    expect(JSON.stringify(versions.modelVersionMessage(VERSION))).not.toContain('mlflow-artifacts');
  });
});

describe('a registered model on the wire', () => {
  const model: RegisteredModel = { id: '7', projectId: 1, name: 'iris', description: null, userName: 'ann', creationTime: 10, lastUpdatedTime: 20, latestVersions: [], tags: [], aliases: [{ alias: 'champion', version: 2 }] };

  it('has alias versions as texts', () => {
    expect(JSON.parse(JSON.stringify(models.registeredModelMessage(model)))).toEqual({ name: 'iris', creation_timestamp: 10, last_updated_timestamp: 20, user_id: 'ann', aliases: [{ alias: 'champion', version: '2' }] });
  });
});

describe('requests', () => {
  it.each([
    [{}, "Missing value for required parameter 'name'."],
    [{ name: '' }, "Missing value for required parameter 'name'."],
    [{ name: 5 }, "Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'."],
    [{ name: 'a', tags: {} }, "Invalid value {} for parameter 'tags' supplied:  Hint: Value was of type 'dict'."],
    [{ name: 'a', tags: [{ key: 1 }] }, "Invalid value 1 for parameter 'tags[0].key' supplied:  Hint: Value was of type 'int'."],
  ])('%j is refused in MLflow\'s words', (message, text) => {
    expect(() => checkMessage(models.CREATE, message)).toThrow(text);
  });

  it('take camelCase, null for absent, and one query value for a list', () => {
    expect(checkMessage(models.SEARCH, parseMessage('{"maxResults":"5","pageToken":null}'))).toEqual({ filter: undefined, max_results: 5, order_by: [], page_token: undefined });
    expect(checkMessage(models.SEARCH, { order_by: 'name ASC' })).toMatchObject({ order_by: ['name ASC'] });
    expect(checkMessage(versions.TRANSITION, { name: 'a', version: '1', stage: 'x', archive_existing_versions: 'True' })).toMatchObject({ archive_existing_versions: true });
    expect(() => checkMessage(versions.TRANSITION, { name: 'a', version: '1', stage: 'x', archive_existing_versions: 'maybe' })).toThrow(/Invalid value "maybe"/);
  });

  it('keep an empty value of a tag', () => {
    expect(checkMessage(models.CREATE, { name: 'a', tags: [{ key: 'k' }] })).toMatchObject({ tags: [{ key: 'k', value: '' }] });
  });
});

import type { ModelVersion, RegisteredModel } from '@modelyard/registry';
import * as versions from './model-versions.wire.js';
import * as models from './registered-models.wire.js';

const VERSION: ModelVersion = {
  registeredModelId: '7', projectId: 1, name: 'iris', version: 2, source: 'models:/m-1', storageLocation: 'mlflow-artifacts:/1/models/m-1/artifacts', runId: null, runLink: null, modelId: 'm-1',
  description: null, stage: 'None', status: 'READY', statusMessage: null, userName: 'ann', creationTime: 10, lastUpdatedTime: 20, tags: [], aliases: [],
};

describe('a model version on the wire', () => {
  it('has its number as a text, its times as numbers, and leaves out what is empty', () => {
    expect(JSON.parse(JSON.stringify(versions.modelVersionMessage(VERSION)))).toEqual({
      name: 'iris', version: '2', creation_timestamp: 10, last_updated_timestamp: 20, current_stage: 'None', source: 'models:/m-1', run_id: '', run_link: '', status: 'READY',
    });
  });

  it('never shows where its files lie: that has a call of its own', () => {
    expect(JSON.stringify(versions.modelVersionMessage(VERSION))).not.toContain('mlflow-artifacts');
  });
});

describe('a registered model on the wire', () => {
  const model: RegisteredModel = { id: '7', projectId: 1, name: 'iris', description: null, userName: 'ann', creationTime: 10, lastUpdatedTime: 20, latestVersions: [], tags: [], aliases: [{ alias: 'champion', version: 2 }] };

  it('has alias versions as texts', () => {
    expect(JSON.parse(JSON.stringify(models.registeredModelMessage(model)))).toEqual({ name: 'iris', creation_timestamp: 10, last_updated_timestamp: 20, aliases: [{ alias: 'champion', version: '2' }] });
  });
});

export { LocalEnvironments } from './environment/local-environments.js';
export { ServableModelsService, type ServableModel } from './model/servable-models.service.js';
export * from './packaging.module.js';

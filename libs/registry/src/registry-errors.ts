import { DomainError } from '@modelyard/kernel';

/** NOT_FOUND in MLflow's words. */
export function modelNotFound(name: string): DomainError {
  return new DomainError('NOT_FOUND', `Registered Model with name=${name} not found`);
}

/** NOT_FOUND in MLflow's words. */
export function versionNotFound(name: string, version: number | string): DomainError {
  return new DomainError('NOT_FOUND', `Model Version (name=${name}, version=${version}) not found`);
}

/** INVALID_ARGUMENT, as MLflow answers; its clients match on the words. */
export function aliasNotFound(alias: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `Registered model alias ${alias} not found.`, { field: 'alias' });
}

/** ALREADY_EXISTS in MLflow's words, which tell models and prompts of one name apart. */
export function nameTaken(name: string, existing: 'model' | 'prompt', wanted: 'model' | 'prompt'): DomainError {
  const words = { model: 'Registered Model', prompt: 'Prompt' };
  const message =
    existing === wanted
      ? `${words[wanted]} (name=${name}) already exists.`
      : `Tried to create a ${words[wanted].toLowerCase()} with name '${name}', but the name is already taken by a ${words[existing].toLowerCase()}. MLflow does not allow creating a model and a prompt with the same name.`;
  return new DomainError('ALREADY_EXISTS', message, { field: 'name' });
}

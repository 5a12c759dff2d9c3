import { DomainError } from '@modelyard/kernel';

// MLflow's rule for workspace names, so that each project is a workspace (mlflow 3.17, WorkspaceNameValidator).
const NAME = /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/;
const RESERVED = new Set(['workspaces', 'api', 'ajax-api', 'static-files', 'orgs', 'projects', 'graphql', 'health', 'version']);

/** Checks the slug of an organization or the name of a project. Throws INVALID_ARGUMENT. */
export function checkName(kind: 'organization' | 'project', name: string): void {
  if (!NAME.test(name)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `'${name.slice(0, 80)}' cannot be the name of ${kind === 'organization' ? 'an organization' : 'a project'}: use 2 to 63 lower-case letters, digits and hyphens inside.`,
      { field: 'name' },
    );
  }
  if (RESERVED.has(name)) throw new DomainError('INVALID_ARGUMENT', `'${name}' is reserved. Choose another name.`, { field: 'name' });
}

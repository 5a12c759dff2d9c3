import { DELETION_MODES, type DeletionMode, type Project } from '@modelyard/identity';
import { DomainError } from '@modelyard/kernel';
import { checkArtifactLocation } from '@modelyard/tracking';
import { always, isText, required } from '../proto/checks.js';
import { maybeText, message, text } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's workspaces, which are our projects (mlflow 3.17, service.proto and handlers.py). */
const ARCHIVAL = { trace_archival_config: message({ location: maybeText, retention: maybeText }) };
const PROPERTIES = { description: maybeText, default_artifact_root: maybeText, ...ARCHIVAL };
const textOnly = [always(isText)];

export const CREATE = request({ name: text, ...PROPERTIES }, { name: [required, isText], description: textOnly, default_artifact_root: textOnly });
export const UPDATE = request(PROPERTIES, { description: textOnly, default_artifact_root: textOnly });

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const RESERVED = new Set(['workspaces', 'api', 'ajax-api', 'static-files']);
const DEFAULT = 'default';

/** Refuses a name that no workspace can have, in MLflow's words (WorkspaceNameValidator). `verb`: what nobody does to the default one. */
export function checkWorkspaceName(name: string, verb?: 'created' | 'deleted'): string {
  const refused = (message: string) => new DomainError('INVALID_ARGUMENT', message, { field: 'name' });
  if (name === DEFAULT) {
    if (verb !== undefined) throw refused(`The '${DEFAULT}' workspace is reserved and cannot be ${verb}`);
    return name;
  }
  const shown = `Workspace name '${name.slice(0, 1000)}'`;
  if (name.length < 2 || name.length > 63) throw refused(`${shown} must be between 2 and 63 characters.`);
  if (!NAME.test(name)) throw refused(`${shown} must match the pattern ${NAME.source} (lowercase alphanumeric with optional internal hyphens).`);
  if (RESERVED.has(name)) throw refused(`${shown} is reserved and cannot be used.`);
  return name;
}

interface Properties {
  readonly description?: string;
  readonly default_artifact_root?: string;
  readonly trace_archival_config?: { readonly location?: string; readonly retention?: string };
}

/** What a message sets of a project. Throws INVALID_ARGUMENT. */
export function propertiesOf({ description, default_artifact_root: root, trace_archival_config: archival }: Properties) {
  if (archival?.location !== undefined || archival?.retention !== undefined) {
    throw new DomainError('INVALID_ARGUMENT', 'Traces are not archived by this server. Leave trace_archival_config out.', { field: 'trace_archival_config', mlflowCode: 'FEATURE_DISABLED' });
  }
  return { ...(description === undefined ? {} : { description }), ...(root === undefined ? {} : { defaultArtifactRoot: artifactRoot(root.trim()) }) };
}

/** What an update sets. Throws INVALID_ARGUMENT when it sets nothing. */
export function changeOf(properties: Properties) {
  const change = propertiesOf(properties);
  if (Object.keys(change).length === 0) throw new DomainError('INVALID_ARGUMENT', 'Workspace update must have at least one key');
  return change;
}

function artifactRoot(root: string): string {
  if (root === '') return '';
  checkArtifactLocation(root, 'default_artifact_root');
  // One letter is a drive of Windows, so a path.
  if (!/^[a-z][a-z0-9+.-]+:/i.test(root) && !root.startsWith('/')) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `Invalid value for 'default_artifact_root'. Expected a URI (for example 's3://bucket/prefix' or 'mlflow-artifacts:/prefix') or an absolute path, got '${root}'.`,
      { field: 'default_artifact_root' },
    );
  }
  return root;
}

export function deletionMode(text: unknown): DeletionMode {
  const [first] = [text].flat();
  const mode = first === undefined ? 'RESTRICT' : DELETION_MODES.find((known) => known === first);
  if (mode === undefined) throw new DomainError('INVALID_ARGUMENT', `Invalid deletion mode '${String(first).slice(0, 1000)}'. Must be one of: ${DELETION_MODES.join(', ')}`, { field: 'mode' });
  return mode;
}

export function workspaceMessage(project: Project) {
  return {
    name: project.name,
    description: project.description === '' ? undefined : project.description,
    default_artifact_root: project.defaultArtifactRoot ?? undefined,
  };
}

import { PERMISSIONS, type Permission } from '@modelyard/kernel';

const READ: readonly Permission[] = [
  'organization:read', 'project:read', 'member:read', 'experiment:read', 'run:read', 'artifact:read', 'model:read', 'endpoint:read', 'token:self',
];
const CONTRIBUTE: readonly Permission[] = [
  ...READ, 'experiment:write', 'run:write', 'run:delete', 'artifact:write', 'artifact:delete', 'model:write', 'endpoint:invoke',
];
const MAINTAIN: readonly Permission[] = [
  ...CONTRIBUTE, 'experiment:delete', 'model:promote', 'model:delete', 'endpoint:deploy', 'endpoint:traffic', 'endpoint:delete', 'project:admin',
];
const OWN: readonly Permission[] = PERMISSIONS.filter((permission) => permission !== 'installation:operate');

/** Role -> permissions: the one table that decides. A grant gives a role in the whole organization or in one project. */
export const ROLES = {
  owner: { description: 'Everything in the organization.', permissions: OWN },
  admin: { description: 'Members, tokens and projects; no secrets.', permissions: OWN.filter((permission) => permission !== 'secret:read') },
  maintainer: { description: 'Everything in a project: promote, deploy, delete.', permissions: MAINTAIN },
  contributor: { description: 'Logs runs, registers models, calls endpoints.', permissions: CONTRIBUTE },
  deployer: { description: 'Deploys versions and moves traffic.', permissions: [...READ, 'endpoint:deploy', 'endpoint:traffic', 'endpoint:invoke'] },
  viewer: { description: 'Reads.', permissions: READ },
  auditor: { description: 'Reads, with the audit log.', permissions: [...READ, 'audit:read'] },
  invoker: { description: 'Calls endpoints, nothing else.', permissions: ['endpoint:invoke'] },
} as const satisfies Record<string, { description: string; permissions: readonly Permission[] }>;

export type Role = keyof typeof ROLES;

export function isRole(name: string): name is Role {
  return name in ROLES;
}

import type { Access, Permission } from '@modelyard/kernel';
import { isRole, ROLES } from './role.js';

export interface GrantRow {
  readonly role: string;
  readonly effect: 'allow' | 'deny';
  readonly project_id: number | null;
}

/**
 * What a set of unexpired grants allows. An explicit deny wins over every allow of the same scope or a narrower one.
 * `scopes` (of a token) can only narrow. A role this release does not know gives nothing.
 */
export function accessOf(grants: readonly GrantRow[], scopes: readonly string[] | null): Access {
  const allowed = (permission: Permission) => scopes === null || scopes.length === 0 || scopes.includes(permission);
  const organization = new Set<Permission>();
  const projects = new Map<number, Set<Permission>>();
  const denied = new Map<number, Set<Permission>>();
  const permissionsOf = (grant: GrantRow): readonly Permission[] => (isRole(grant.role) ? ROLES[grant.role].permissions : []);
  for (const grant of grants.filter((item) => item.effect === 'allow')) {
    const target = grant.project_id === null ? organization : entry(projects, grant.project_id);
    for (const permission of permissionsOf(grant)) if (allowed(permission)) target.add(permission);
  }
  for (const grant of grants.filter((item) => item.effect === 'deny')) {
    for (const permission of permissionsOf(grant)) {
      if (grant.project_id !== null) entry(denied, grant.project_id).add(permission);
      else {
        organization.delete(permission);
        for (const set of projects.values()) set.delete(permission);
      }
    }
  }
  return { organization, projects, denied };
}

function entry(map: Map<number, Set<Permission>>, key: number): Set<Permission> {
  const set = map.get(key) ?? new Set<Permission>();
  map.set(key, set);
  return set;
}

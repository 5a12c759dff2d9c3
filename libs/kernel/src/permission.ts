/**
 * Every verb of the product. Handlers demand one with `@Can`, roles are sets of them (libs/identity). Promote, deploy,
 * traffic and secrets are verbs of their own so that four-eyes rules can be said.
 */
export const PERMISSIONS = [
  'installation:operate',
  'organization:read',
  'organization:admin',
  'project:read',
  'project:create',
  'project:admin',
  'member:read',
  'member:admin',
  'token:self',
  'token:admin',
  'experiment:read',
  'experiment:write',
  'experiment:delete',
  'run:read',
  'run:write',
  'run:delete',
  'artifact:read',
  'artifact:write',
  'artifact:delete',
  'model:read',
  'model:write',
  'model:promote',
  'model:delete',
  'endpoint:read',
  'endpoint:deploy',
  'endpoint:traffic',
  'endpoint:delete',
  'endpoint:invoke',
  'secret:read',
  'audit:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const TENANT_PREFIX = /^\/orgs\/([a-z0-9-]{1,63})(?:\/projects\/([a-z0-9-]{1,63}))?(?=\/|$)/;

/** Where this page lives: the installation's sub-path, and the tenant that the URL names. */
export interface Place {
  /** Sub-path of the installation, without a slash at the end; '' at the root of a host. */
  readonly basePath: string;
  /** What stands before every page and API path: the sub-path and the tenant prefix; '' if there is neither. */
  readonly prefix: string;
  readonly organizationSlug: string | null;
  readonly projectName: string | null;
}

/** Reads the place from the path of the URL; `baseHref` is the path of `<base>`, which the gateway sets. */
export function readPlace(pathname: string, baseHref: string): Place {
  const declared = baseHref.replace(/\/+$/, '');
  // A proxy may take the sub-path off for a browser that comes by another door.
  const basePath = pathname === declared || pathname.startsWith(`${declared}/`) ? declared : '';
  const match = TENANT_PREFIX.exec(pathname.slice(basePath.length));
  return {
    basePath,
    prefix: `${basePath}${match?.[0] ?? ''}`,
    organizationSlug: match?.[1] ?? null,
    projectName: match?.[2] ?? null,
  };
}

/** The prefix of a project's pages and API. */
export function projectPrefix(basePath: string, organizationSlug: string, projectName: string): string {
  return `${basePath}/orgs/${organizationSlug}/projects/${projectName}`;
}

/** An absolute path for a link that the API gave, which may or may not carry the prefix already. */
export function resolveApiLink(prefix: string, url: string): string {
  if (/^https?:\/\//i.test(url)) return url;
  const path = url.startsWith('/') ? url : `/${url}`;
  return path === prefix || path.startsWith(`${prefix}/`) || path.startsWith('/orgs/') ? path : `${prefix}${path}`;
}

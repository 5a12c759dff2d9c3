import type { Route, RouteTable } from '@modelyard/kernel';
import { isAddress, Replica } from './replica.js';

/** A revision that takes traffic, with its ready replicas. */
export interface RoutedRevision {
  readonly number: number;
  readonly percent: number;
  readonly replicas: readonly Replica[];
}

export interface RoutedEndpoint {
  readonly organizationId: number;
  readonly projectId: number;
  readonly endpointId: number;
  readonly name: string;
  readonly revisions: readonly RoutedRevision[];
}

/** Which project a request means: by name, by id, or the organization's default one. */
export type ProjectChoice = { readonly name: string } | { readonly id: number } | 'default';

/** The route table made quick to ask. A new table is a new index; replicas that stay keep their connections. */
export class RouteIndex {
  private readonly endpoints = new Map<string, RoutedEndpoint>();
  private readonly organizations = new Map<string, number>();
  private readonly replicas = new Map<string, Replica>();

  private constructor(readonly version: number) {}

  static empty(): RouteIndex {
    return new RouteIndex(0);
  }

  /** The index of the next table. Replicas it no longer has take no new request and end with the last one in flight. */
  next(table: RouteTable): RouteIndex {
    const index = new RouteIndex(table.version);
    for (const route of table.routes) index.add(route, this.replicas);
    for (const [key, replica] of this.replicas) {
      if (!index.replicas.has(key)) replica.retire();
    }
    return index;
  }

  organizationId(slug: string): number | undefined {
    return this.organizations.get(slug);
  }

  find(organizationId: number, project: ProjectChoice, endpoint: string): RoutedEndpoint | undefined {
    return this.endpoints.get(endpointKey(organizationId, project, endpoint));
  }

  /** The endpoint as it is now; without revisions when it is gone. */
  current(endpoint: RoutedEndpoint): RoutedEndpoint {
    const now = this.find(endpoint.organizationId, { id: endpoint.projectId }, endpoint.name);
    return now?.endpointId === endpoint.endpointId ? now : { ...endpoint, revisions: [] };
  }

  /** Lets go of all connections. */
  close(): void {
    for (const replica of this.replicas.values()) replica.retire();
  }

  private add(route: Route, earlier: ReadonlyMap<string, Replica>): void {
    const { organizationId, projectId, endpointId, endpoint: name } = route;
    const revisions = route.revisions.map(({ number, percent, addresses }) => ({
      number,
      percent,
      replicas: addresses.filter(isAddress).map((address) => this.replica(`${organizationId}/${endpointId}/${number}/${address}`, address, earlier)),
    }));
    const endpoint = { organizationId, projectId, endpointId, name, revisions };
    this.organizations.set(route.organization, organizationId);
    this.endpoints.set(endpointKey(organizationId, { name: route.project }, name), endpoint);
    this.endpoints.set(endpointKey(organizationId, { id: projectId }, name), endpoint);
    if (route.defaultProject) this.endpoints.set(endpointKey(organizationId, 'default', name), endpoint);
  }

  // The key names the revision: an address that changes hands never inherits connections.
  private replica(key: string, address: string, earlier: ReadonlyMap<string, Replica>): Replica {
    const replica = this.replicas.get(key) ?? earlier.get(key) ?? new Replica(address);
    this.replicas.set(key, replica);
    return replica;
  }
}

function endpointKey(organizationId: number, project: ProjectChoice, endpoint: string): string {
  if (project === 'default') return `default ${organizationId}/${endpoint}`;
  return 'id' in project ? `id ${organizationId}/${project.id}/${endpoint}` : `name ${organizationId}/${project.name}/${endpoint}`;
}

import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import type { RouteTable } from '@modelyard/kernel';

/** Woken when the routes changed. */
export const ROUTES_CHANNEL = 'modelyard_routes';

/** The routes of all organizations, for routers. */
@Injectable()
export class RouteTableService {
  constructor(private readonly db: Database) {}

  async version(): Promise<number> {
    const [row] = await this.db.system('look for changed routes', (tx) => tx.query<{ version: string }>({ name: 'routes_version', text: 'SELECT version::text FROM route_table' }));
    return Number(row?.version ?? 0);
  }

  async read(): Promise<RouteTable> {
    const [row] = await this.db.system('make the route table', (tx) => tx.query<{ version: string; routes: RouteTable['routes'] }>({ name: 'routes_read', text: READ }));
    return { version: Number(row?.version ?? 0), routes: row?.routes ?? [] };
  }

  /** Notes which version a router serves from. */
  async acknowledge(routerId: string, version: number): Promise<void> {
    await this.db.system('note what a router serves from', (tx) =>
      tx.query({
        name: 'router_seen',
        text: `INSERT INTO routers (id, routes_version, seen_at) VALUES ($1, $2, clock_timestamp())
               ON CONFLICT (id) DO UPDATE SET routes_version = excluded.routes_version, seen_at = excluded.seen_at`,
        values: [routerId, version],
      }),
    );
  }

  /** Calls back when the routes may have changed, until it is stopped. */
  watch(onChange: () => void, onLost: () => void): Promise<() => Promise<void>> {
    return this.db.listen(ROUTES_CHANNEL, onChange, onLost);
  }
}

// One statement, so that version and routes are of one moment.
const READ = `SELECT v.version::text, coalesce((
  SELECT json_agg(json_build_object(
    'organizationId', e.organization_id, 'organization', o.slug, 'projectId', e.project_id, 'project', p.name, 'defaultProject', p.is_default,
    'endpointId', e.id, 'endpoint', e.name,
    'revisions', coalesce((
      SELECT json_agg(json_build_object('number', t.revision, 'percent', t.percent, 'addresses', coalesce((
        SELECT json_agg(r.address ORDER BY r.ordinal) FROM replicas r WHERE r.organization_id = t.organization_id AND r.endpoint_id = t.endpoint_id AND r.revision = t.revision), '[]')))
      FROM endpoint_traffic t WHERE t.organization_id = e.organization_id AND t.endpoint_id = e.id AND t.percent > 0), '[]')))
  FROM endpoints e JOIN organizations o ON o.id = e.organization_id JOIN projects p ON p.organization_id = e.organization_id AND p.id = e.project_id
  WHERE e.deleted_at IS NULL), '[]') AS routes
FROM route_table v`;

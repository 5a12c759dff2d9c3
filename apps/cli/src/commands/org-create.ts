import { parseArgs } from 'node:util';
import { createLogger, parseSettings } from '@modelyard/config';
import { Database, databaseOptions } from '@modelyard/db';
import { OrganizationService } from '@modelyard/identity';
import { createTenantContext } from '@modelyard/kernel';
import { findRunning, graphql } from './running-server.js';
import { UsageError } from './usage.js';

interface Created {
  readonly slug: string;
  readonly trackingUri: string;
  readonly token: string;
}

const MUTATION = `mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { token organization { slug trackingUri } } }`;

/** Through the API, as anyone; without a token in `required` mode, as the operator who can read the database. */
export async function createOrganization(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: { owner: { type: 'string' } } });
  const [slug] = positionals;
  if (slug === undefined || positionals.length > 1) throw new UsageError('Usage: modelyard org create NAME [--owner LOGIN]');
  const running = findRunning();
  const byDatabase = process.env['MODELYARD_TOKEN'] === undefined && running?.auth === 'required';
  const created = byDatabase ? await createInDatabase(running.databaseUrl, running.url, slug, values.owner) : await createThroughApi(slug, values.owner);
  console.log(`Organization  ${created.slug}\nTracking URI  ${created.trackingUri}\nToken         ${created.token}   (shown this once)`);
  return 0;
}

async function createThroughApi(slug: string, owner: string | undefined): Promise<Created> {
  const { createOrganization: made } = await graphql<{ createOrganization: { token: string; organization: { slug: string; trackingUri: string } } }>(MUTATION, { input: { slug, owner } });
  return { ...made.organization, token: made.token };
}

async function createInDatabase(databaseUrl: string, url: string, slug: string, owner = 'operator'): Promise<Created> {
  const settings = parseSettings({ ...process.env, DATABASE_URL: databaseUrl });
  const db = new Database(databaseOptions(settings, 'modelyard-cli', createLogger('cli', 'error')));
  try {
    const operator = createTenantContext({
      organizationId: 0,
      organizationSlug: '',
      actor: { kind: 'system', id: 'cli', name: owner },
      access: { organization: new Set(['installation:operate']), projects: new Map(), denied: new Map() },
      requestId: `cli-${process.pid}`,
    });
    const { organization, token } = await new OrganizationService(db).create(operator, { slug, owner });
    return { slug: organization.slug, trackingUri: `${url}/orgs/${organization.slug}`, token };
  } finally {
    await db.close();
  }
}

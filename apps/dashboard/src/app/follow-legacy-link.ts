import { translateLegacyLink } from './legacy-link.js';
import { projectPrefix, type Place } from './location.js';

/** Rewrites a link of an MLflow client into ours. True when the browser leaves for another project's pages. */
export async function followLegacyLink(place: Place): Promise<boolean> {
  const target = translateLegacyLink(window.location.hash, window.location.search);
  if (target === null) return false;
  if (target.workspace === null || target.workspace === place.projectName) {
    window.history.replaceState(null, '', `${place.prefix}${target.path}`);
    return false;
  }
  const organization = place.organizationSlug ?? (await findOrganization(place.prefix));
  // Without a login there is no telling: keep the link as it is, the login page reloads it.
  if (organization === null) return false;
  window.location.replace(`${projectPrefix(place.basePath, organization, target.workspace)}${target.path}`);
  return true;
}

async function findOrganization(prefix: string): Promise<string | null> {
  try {
    const response = await fetch(`${prefix}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { organization { slug } } }' }),
    });
    const answer = (await response.json()) as { data?: { viewer?: { organization?: { slug?: unknown } } } };
    const slug = answer.data?.viewer?.organization?.slug;
    return typeof slug === 'string' ? slug : null;
  } catch {
    return null;
  }
}

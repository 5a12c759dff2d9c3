/** Where a link of an MLflow client leads: a page of ours, and the project it names by `?workspace=`. */
export interface LegacyTarget {
  readonly path: string;
  readonly workspace: string | null;
}

const ID = '([^/?#]+)';
const ROUTES: readonly [RegExp, (...parts: string[]) => string][] = [
  [new RegExp(`^/experiments/${ID}/runs/${ID}/(?:artifacts|artifactPath)(?:/.*)?$`), (_experiment, run) => `/runs/${run}?tab=artifacts`],
  [new RegExp(`^/experiments/${ID}/runs/${ID}/(?:model-metrics|system-metrics)(?:/.*)?$`), (_experiment, run) => `/runs/${run}?tab=metrics`],
  [new RegExp(`^/experiments/${ID}/runs/${ID}(?:/.*)?$`), (_experiment, run) => `/runs/${run}`],
  [new RegExp(`^/experiments/${ID}/models/${ID}(?:/.*)?$`), (experiment, model) => `/experiments/${experiment}/models/${model}`],
  [new RegExp(`^/experiments/${ID}(?:/.*)?$`), (experiment) => `/experiments/${experiment}`],
  [new RegExp(`^/models/${ID}/versions/${ID}(?:/.*)?$`), (name, version) => `/models/${name}/versions/${version}`],
  [new RegExp(`^/models/${ID}(?:/.*)?$`), (name) => `/models/${name}`],
  [/^\/models\/?$/, () => '/models'],
  [/^\/(?:experiments\/?)?$/, () => '/experiments'],
];

const WORKSPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Translates the hash routes that MLflow's clients print (`<tracking uri>/#/experiments/<id>/runs/<id>`). The workspace
 * may stand before the hash, after it, or not at all. Null when the hash is none of these routes.
 */
export function translateLegacyLink(hash: string, search: string): LegacyTarget | null {
  if (!hash.startsWith('#/')) return null;
  const [path = '', query = ''] = hash.slice(1).split('?', 2);
  const named = new URLSearchParams(query).get('workspace') ?? new URLSearchParams(search).get('workspace');
  const workspace = named !== null && WORKSPACE.test(named) ? named : null;
  for (const [pattern, build] of ROUTES) {
    const match = pattern.exec(path);
    if (match !== null) return { path: build(...match.slice(1)), workspace };
  }
  return null;
}

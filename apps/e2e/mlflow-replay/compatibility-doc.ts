import { UNSERVED, type RouteStatus, type Unserved } from './unserved-routes.js';

export interface MlflowRoute {
  readonly methods: readonly string[];
  readonly path: string;
}

const MOUNT = /^\/(?:ajax-)?api\/\d\.\d/;
const STATUS_WORDS: Readonly<Record<RouteStatus, string>> = { different: 'different', 'not-done': 'not done', 'not-implemented': 'not implemented (501)' };

/** The entry of the list that speaks of a route, if there is one. */
export function unservedEntry(method: string, path: string): Unserved | undefined {
  const bare = path.replace(MOUNT, '');
  const named = UNSERVED.find(({ paths, methods }) => paths.includes(bare) && (methods?.includes(method) ?? true));
  return named ?? UNSERVED.find(({ paths, methods }) => paths.some((pattern) => pattern.endsWith('*') && bare.startsWith(pattern.slice(0, -1))) && (methods?.includes(method) ?? true));
}

/** docs/mlflow-compatibility.md: every route of MLflow with what became of it. */
export function compatibilityDoc(version: string, routes: readonly MlflowRoute[]): string {
  const lines = new Map<string, { noun: string; methods: Set<string>; mounts: Set<string>; status: string }>();
  for (const { methods, path } of routes) {
    for (const method of methods) {
      const entry = unservedEntry(method, path);
      const status = entry === undefined ? 'done' : `${STATUS_WORDS[entry.status]}: ${entry.reason}`;
      const bare = path.replace(MOUNT, '');
      const key = `${bare} ${status}`;
      const line = lines.get(key) ?? { noun: nounOf(bare), methods: new Set(), mounts: new Set(), status };
      line.methods.add(method);
      line.mounts.add(MOUNT.exec(path)?.[0] ?? '');
      lines.set(key, line);
    }
  }
  const nouns = [...new Set([...lines.values()].map(({ noun }) => noun))].sort();
  const done = [...lines.values()].filter(({ status }) => status === 'done').length;
  const sections = nouns.map((noun) => {
    const rows = [...lines].filter(([, line]) => line.noun === noun).sort(([a], [b]) => (a < b ? -1 : 1));
    return [`## ${noun}`, '', '| Route | Methods | Mounts | Status |', '| --- | --- | --- | --- |', ...rows.map(([key, line]) => `| \`${key.slice(0, key.length - line.status.length - 1)}\` | ${[...line.methods].sort().join(' ')} | ${[...line.mounts].sort().join(' ')} | ${line.status} |`), ''].join('\n');
  });
  return [
    '# Compatibility with MLflow',
    '',
    `The routes of MLflow ${version}, as its server lists them, and what became of each here. \`apps/e2e/mlflow-replay\` sends the same requests to`,
    'a real `mlflow server` and to this product and compares the answers; the differences that are meant are in `tolerated.ts` there.',
    'This page is written by `route-parity.e2e-spec.ts` (UPDATE_DOCS=1), which fails when it is stale.',
    '',
    `${done} of ${lines.size} routes are done.`,
    '',
    ...sections,
  ].join('\n');
}

function nounOf(path: string): string {
  return /^\/?mlflow\/([^/]+)/.exec(path)?.[1] ?? /^\/([^/]+)/.exec(path)?.[1] ?? 'pages';
}

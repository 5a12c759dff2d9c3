import path from 'node:path';
import { UsageError } from '../commands/usage.js';

export type SourceAddress =
  | { readonly kind: 'sqlite'; readonly file: string; readonly label: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly label: string };

/** What `--from` names: SQLAlchemy's URLs as MLflow takes them, or a file. `label` has no password. Throws UsageError. */
export function parseSource(from: string): SourceAddress {
  const scheme = /^([a-z0-9]+)(?:\+[a-z0-9_]+)?:\/\//i.exec(from);
  switch (scheme?.[1]?.toLowerCase()) {
    case undefined:
      return sqlite(from);
    case 'sqlite':
      // Three slashes before a relative path, four before an absolute one.
      return sqlite(from.slice(scheme?.[0].length).replace(/^\//, ''));
    case 'postgres':
    case 'postgresql':
      return postgres(`postgresql://${from.slice(scheme?.[0].length)}`);
    default:
      throw new UsageError(`Stores in '${scheme?.[1] ?? ''}' cannot be read. PostgreSQL and SQLite can: \`postgresql://...\`, or the path of the file.`);
  }
}

function sqlite(given: string): SourceAddress {
  const file = path.resolve(given);
  return { kind: 'sqlite', file, label: file };
}

function postgres(url: string): SourceAddress {
  if (!URL.canParse(url)) throw new UsageError('The URL after --from cannot be read. It looks like postgresql://user:password@host:5432/database.');
  const { host, pathname } = new URL(url);
  return { kind: 'postgres', url, label: `postgresql://${host}${pathname}` };
}

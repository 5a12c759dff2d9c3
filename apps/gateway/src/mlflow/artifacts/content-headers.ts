/** What MLflow calls text, by extension or whole name (mlflow 3.17, get_text_extensions). HTML and SVG are not among it. */
const TEXT = new Set([
  'txt', 'log', 'err', 'cfg', 'conf', 'cnf', 'cf', 'ini', 'properties', 'prop', 'hocon', 'toml', 'yaml', 'yml', 'xml', 'json', 'js', 'py', 'py3', 'csv', 'tsv', 'md', 'rst', 'ipynb', 'MLmodel', 'MLproject',
]);

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff', svg: 'image/svg+xml', ico: 'image/vnd.microsoft.icon',
  html: 'text/html', htm: 'text/html', css: 'text/css', pdf: 'application/pdf', zip: 'application/zip', tar: 'application/x-tar', h5: 'application/x-hdf5',
  mp3: 'audio/mpeg', wav: 'audio/x-wav', mp4: 'video/mp4', webm: 'video/webm', mpeg: 'video/mpeg', wasm: 'application/wasm', parquet: 'application/vnd.apache.parquet',
};

/** The content type of a file by its name, as MLflow guesses it. */
export function guessContentType(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1) : name;
  if (TEXT.has(extension)) return 'text/plain';
  const key = extension.toLowerCase();
  return (Object.hasOwn(TYPES, key) ? TYPES[key] : undefined) ?? 'application/octet-stream';
}

/** `attachment` always: a page that somebody logged must not run on our domain. RFC 6266, and RFC 5987 beyond ASCII. */
export function attachmentOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^[\w.+-]+$/.test(name)) return `attachment; filename=${name}`;
  const ascii = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&') || 'download';
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return /^[\x20-\x7e]*$/.test(name) ? `attachment; filename="${ascii}"` : `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The one range of a Range header; undefined where it is absent, or of a kind that RFC 9110 lets us ignore. */
export function parseRange(header: string | undefined): { start: number; end?: number } | undefined {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (start === undefined) return undefined;
  const range = { start: Number(start), end: end ? Number(end) : undefined };
  return range.end !== undefined && range.end < range.start ? undefined : range;
}

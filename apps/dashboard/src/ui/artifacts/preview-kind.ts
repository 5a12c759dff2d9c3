/** How a file may be shown without running anything of it. */
export type PreviewKind = 'image' | 'json' | 'table' | 'text' | 'none';

const IMAGES = new Set(['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'bmp', 'ico', 'avif']);
const TABLES = new Set(['csv', 'tsv']);
const TEXTS = new Set(['txt', 'log', 'md', 'yaml', 'yml', 'py', 'r', 'java', 'js', 'ts', 'sh', 'cfg', 'ini', 'toml', 'xml', 'html', 'sql', 'ipynb', 'jsonl', 'env']);
const TEXT_NAMES = new Set(['mlmodel', 'dockerfile', 'makefile', 'readme', 'license', 'conda', 'requirements']);

/** By the name alone; the server's word about the type is not needed, since nothing is executed. */
export function previewKind(name: string): PreviewKind {
  const lower = name.toLowerCase();
  const extension = lower.includes('.') ? lower.slice(lower.lastIndexOf('.') + 1) : '';
  if (IMAGES.has(extension)) return 'image';
  if (extension === 'json') return 'json';
  if (TABLES.has(extension)) return 'table';
  return TEXTS.has(extension) || TEXT_NAMES.has(lower) ? 'text' : 'none';
}

export interface PreviewTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const MAX_ROWS = 200;
const MAX_COLUMNS = 50;

/** The first rows of CSV or TSV text, by RFC 4180's quotes. */
export function parseTable(text: string, name: string): PreviewTable {
  const separator = name.toLowerCase().endsWith('.tsv') ? '\t' : ',';
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length <= MAX_ROWS + 1; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === separator || character === '\n') {
      rows.at(-1)?.push(cell.replace(/\r$/, ''));
      cell = '';
      if (character === '\n') rows.push([]);
    } else cell += character;
  }
  if (cell !== '' || (rows.at(-1)?.length ?? 0) > 0) rows.at(-1)?.push(cell);
  const [columns = [], ...body] = rows.filter((row) => row.length > 0).map((row) => row.slice(0, MAX_COLUMNS));
  return { columns, rows: body.slice(0, MAX_ROWS) };
}

/** The table in JSON of `mlflow.log_table` (pandas' split form); null for other JSON. */
export function tableOfJson(text: string): PreviewTable | null {
  try {
    const value = JSON.parse(text) as { columns?: unknown; data?: unknown } | null;
    if (value === null || !Array.isArray(value.columns) || !Array.isArray(value.data)) return null;
    const data: unknown[] = value.data;
    return { columns: value.columns.map(String).slice(0, MAX_COLUMNS), rows: data.filter(Array.isArray).slice(0, MAX_ROWS).map((row) => row.slice(0, MAX_COLUMNS).map(cellText)) };
  } catch {
    return null;
  }
}

function cellText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

import type { RunColumnsData } from './experiment.graphql.js';

export type ColumnKind = 'metrics' | 'params' | 'tags';

/** A column the person chose: a metric, param or tag by its key. */
export interface RunColumn {
  readonly kind: ColumnKind;
  readonly key: string;
}

export interface RunSort {
  /** `attributes.<name>` or `<kind>.<key>`. */
  readonly column: string;
  readonly descending: boolean;
}

const KINDS: readonly ColumnKind[] = ['metrics', 'params', 'tags'];
const DEFAULT_METRICS = 4;
const DEFAULT_PARAMS = 3;

export function columnId({ kind, key }: RunColumn): string {
  return `${kind}.${key}`;
}

export function parseColumn(id: string): RunColumn | null {
  const dot = id.indexOf('.');
  const kind = KINDS.find((name) => name === id.slice(0, dot));
  return kind === undefined || dot === id.length - 1 ? null : { kind, key: id.slice(dot + 1) };
}

/** What a new reader sees: the first few metrics and params. */
export function defaultColumns(known: RunColumnsData['runColumns']): RunColumn[] {
  return [
    ...known.metrics.filter((key) => !key.startsWith('system/')).slice(0, DEFAULT_METRICS).map((key): RunColumn => ({ kind: 'metrics', key })),
    ...known.params.slice(0, DEFAULT_PARAMS).map((key): RunColumn => ({ kind: 'params', key })),
  ];
}

/** A sort as one URL value: `-metrics.acc` is descending. */
export function parseSort(text: string | undefined): RunSort | null {
  if (text === undefined || text === '') return null;
  return text.startsWith('-') ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}

/** A click on a header: descending first, then ascending, then none. */
export function nextSort(current: RunSort | null, column: string): string | undefined {
  if (current?.column !== column) return `-${column}`;
  return current.descending ? column : undefined;
}

/** The clause of the search language. */
export function orderByClause({ column, descending }: RunSort): string {
  const dot = column.indexOf('.');
  return `${column.slice(0, dot)}.\`${column.slice(dot + 1)}\` ${descending ? 'DESC' : 'ASC'}`;
}

/** A name in the search language, quoted where its characters ask for it. */
export function filterName(kind: ColumnKind | 'attributes', key: string): string {
  return `${kind}.${/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `\`${key}\``}`;
}

import { parse as parseCsv } from './csv.js';
import type { SignatureInput } from './signature.js';
import { invalid } from './tensor.js';

/** A table of plain values. `columns` is null when the caller named none. */
export interface DataFrame {
  readonly columns: readonly string[] | null;
  readonly rows: readonly (readonly unknown[])[];
}

/** A body of single-key records, each with another key, would otherwise make a table of its square. */
const MAX_CELLS = 20_000_000;

/** `dataframe_split`: `{columns?, index?, data: [[...]]}`. The index is not used. Throws INVALID_ARGUMENT. */
export function frameFromSplit(value: unknown): DataFrame {
  const fields = objectEntries(value, "'dataframe_split' must be an object with 'data' and optionally 'columns' and 'index'.");
  for (const key of fields.keys()) {
    if (key !== 'data' && key !== 'columns' && key !== 'index') throw invalid(`'dataframe_split' has only 'data', 'columns' and 'index'.`);
  }
  const data = fields.get('data');
  if (!Array.isArray(data)) throw invalid("'dataframe_split' needs 'data': a list of rows.");
  const names = fields.get('columns') ?? null;
  if (names !== null && !Array.isArray(names)) throw invalid("'columns' of 'dataframe_split' must be a list of names.");
  const columns = names === null ? null : uniqueNames(names as unknown[]);
  const rows = (data as unknown[]).map((row) => (Array.isArray(row) ? (row as unknown[]) : [row]));
  const width = columns?.length ?? rows[0]?.length ?? 0;
  const wrong = rows.findIndex((row) => row.length !== width);
  if (wrong !== -1) throw invalid(`Row ${wrong} of 'dataframe_split' has ${rows[wrong]?.length} values, not ${width}.`);
  return { columns, rows };
}

/** `dataframe_records`: `[{column: value}]`. A column that a record lacks is null there. Throws INVALID_ARGUMENT. */
export function frameFromRecords(value: unknown, field = 'dataframe_records'): DataFrame {
  if (!Array.isArray(value)) throw invalid(`'${field}' must be a list of records.`);
  const records = (value as unknown[]).map((record, index) => objectEntries(record, `Record ${index} of '${field}' is not an object.`));
  const columns = [...new Set(records.flatMap((record) => [...record.keys()]))];
  checkCells(records.length, columns.length);
  return { columns, rows: records.map((record) => columns.map((column) => record.get(column) ?? null)) };
}

/** Comma-separated text with a header line. Empty cells are null; columns of numbers become numbers. Throws INVALID_ARGUMENT. */
export function frameFromCsv(text: string, signature: readonly SignatureInput[] | null): DataFrame {
  const [header, ...lines] = parseCsv(text);
  if (header === undefined) throw invalid('The CSV body is empty. Its first line must name the columns.');
  const columns = uniqueNames(header);
  checkCells(lines.length, columns.length);
  const wrong = lines.findIndex((line) => line.length > columns.length);
  if (wrong !== -1) throw invalid(`Line ${wrong + 2} of the CSV body has more values than the header has names.`);
  const types = new Map(signature?.map((input) => [input.name, input.type]));
  const readers = columns.map((name, index) => cellReader(types.get(name), () => lines.every((line) => isNumber(line[index] ?? ''))));
  return { columns, rows: lines.map((line) => readers.map((read, index) => read(line[index] ?? ''))) };
}

function cellReader(type: string | undefined, allNumbers: () => boolean): (cell: string) => unknown {
  if (type === 'string') return (cell) => (cell === '' ? null : cell);
  if (type === 'boolean') return (cell) => (/^true$/i.test(cell) ? true : /^false$/i.test(cell) ? false : cell);
  const numeric = type === undefined || type === 'any' ? allNumbers() : true;
  return (cell) => (cell === '' ? null : numeric && isNumber(cell) ? Number(cell) : cell);
}

function isNumber(cell: string): boolean {
  return cell === '' || /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(cell);
}

/**
 * Orders and checks columns by the model's signature, as MLflow enforces it: named columns by name, extra ones ignored;
 * unnamed ones by position. Throws INVALID_ARGUMENT with MLflow's words for missing columns.
 */
export function enforceSignature(frame: DataFrame, signature: readonly SignatureInput[]): DataFrame {
  const ordered = signature.some((input) => input.name !== undefined) ? pickByName(frame, signature) : pickByPosition(frame, signature);
  signature.forEach((input, column) => {
    const wrong = ordered.rows.findIndex((row) => !fits(row[column], input));
    if (wrong !== -1) throw invalid(`Incompatible input types for column ${input.name ?? column}: row ${wrong} is not a valid '${input.type}'.`);
  });
  return ordered;
}

function pickByName(frame: DataFrame, signature: readonly SignatureInput[]): DataFrame {
  const positions = new Map(frame.columns?.map((name, index) => [name, index]));
  const missing = signature.filter((input) => input.required && !positions.has(input.name ?? ''));
  if (missing.length > 0) throw invalid(`Model is missing inputs [${missing.map((input) => `'${input.name}'`).join(', ')}].`);
  const order = signature.map((input) => positions.get(input.name ?? ''));
  return {
    columns: signature.map((input) => input.name ?? ''),
    rows: frame.rows.map((row) => order.map((index) => (index === undefined ? null : row[index]))),
  };
}

function pickByPosition(frame: DataFrame, signature: readonly SignatureInput[]): DataFrame {
  const width = frame.rows[0]?.length ?? frame.columns?.length ?? 0;
  if (width < signature.length) throw invalid(`Model inference is missing inputs. The model signature declares ${signature.length} inputs but the provided value only has ${width} inputs.`);
  return { columns: frame.columns?.slice(0, signature.length) ?? null, rows: frame.rows.map((row) => row.slice(0, signature.length)) };
}

function fits(value: unknown, input: SignatureInput): boolean {
  switch (input.type) {
    case 'double':
    case 'float':
      return value === null || typeof value === 'number' || typeof value === 'bigint';
    case 'long':
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value) || (value === null && !input.required);
    case 'boolean':
      return typeof value === 'boolean' || (value === null && !input.required);
    case 'string':
      return typeof value === 'string' || (value === null && !input.required);
    default:
      return true;
  }
}

function uniqueNames(values: readonly unknown[]): string[] {
  const names = values.map((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : null));
  if (names.includes(null)) throw invalid('Column names must be text or numbers.');
  if (new Set(names).size !== names.length) throw invalid('Column names must be unique.');
  return names as string[];
}

/** Own entries as a Map: a key called `__proto__` is then a key like any other. */
export function objectEntries(value: unknown, otherwise: string): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(otherwise);
  return new Map(Object.entries(value));
}

function checkCells(rows: number, columns: number): void {
  if (rows * columns > MAX_CELLS) throw invalid(`A table of ${rows} rows and ${columns} columns is too large. Send fewer rows per request.`);
}

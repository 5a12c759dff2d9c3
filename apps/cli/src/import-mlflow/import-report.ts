import { writeFileSync } from 'node:fs';
import type { TableCheck } from '@modelyard/tracking';
import type { CopyReport } from './copy-artifacts.js';
import { count } from './progress-lines.js';

export interface ImportReport {
  readonly source: string;
  readonly organization: string;
  readonly project: string;
  readonly checks: readonly TableCheck[];
  /** Null: artifacts were not asked for. */
  readonly files: CopyReport | null;
  readonly experiments: readonly { readonly from: string; readonly to: string; readonly name: string }[];
  readonly outside: readonly { readonly kind: string; readonly place: string; readonly count: number; readonly example: string }[];
  readonly leftBehind: readonly { readonly table: string; readonly rows: number }[];
}

const SHOWN = 20;

/** Prints what came of an import and writes all of it to a file. Returns the exit code. */
export function printReport(report: ImportReport, file: string, print: (line: string) => void = console.log): number {
  const lines = [...tables(report), ...artifacts(report), ...experiments(report), ...leftBehind(report)];
  lines.forEach((line) => print(line));
  writeFileSync(file, `${JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`);
  print(`The whole report, with all experiment ids: ${file}`);
  const different = report.checks.filter(({ isEqual }) => !isEqual);
  print(
    different.length === 0
      ? `Done: all ${report.checks.length} tables are equal.`
      : `NOT EQUAL: ${different.map(({ table }) => table).join(', ')}. Was the source written to, or the project changed, since the import began? Stop the writers and import into an empty project.`,
  );
  return different.length === 0 ? 0 : 1;
}

function tables({ checks }: ImportReport): string[] {
  return checks.map(({ table, source, ours, isEqual }) => `  ${isEqual ? 'ok       ' : 'DIFFERENT'} ${table.padEnd(22)} ${count(source.rows)} rows${isEqual ? '' : ` in the source, ${count(ours.rows)} here${source.rows === ours.rows ? ', with other contents' : ''}`}`);
}

function artifacts({ files, outside }: ImportReport): string[] {
  const copied = files === null
    ? ['Artifacts were not copied: those that lay in the store of the MLflow server cannot be read before they are. Run the import again with --artifacts FOLDER.']
    : [
        `Artifacts: ${count(files.files)} files (${count(files.bytes)} bytes), ${count(files.copied)} of them in this run, each with its checksum.`,
        ...(files.missing.length === 0 ? [] : [`  without a folder: experiments ${files.missing.slice(0, SHOWN).join(', ')}`]),
        ...(files.skipped.length === 0 ? [] : [`  not copied, of no imported experiment or no plain file: ${files.skipped.slice(0, SHOWN).join(', ')}${files.skipped.length > SHOWN ? ` and ${count(files.skipped.length - SHOWN)} more` : ''}`]),
      ];
  return [...copied, ...outside.map(({ kind, place, count: number, example }) => `  outside this server: ${count(number)} ${kind} at ${place || 'a relative path'} (such as ${example.slice(0, 200)}); clients read them there, if they can`)];
}

function experiments({ experiments: mapped }: ImportReport): string[] {
  const lines = mapped.slice(0, SHOWN).map(({ from, to, name }) => `  experiment ${from} is ${to} here: ${name}`);
  return mapped.length > SHOWN ? [...lines, `  and ${count(mapped.length - SHOWN)} more in the report`] : lines;
}

function leftBehind({ leftBehind: rows }: ImportReport): string[] {
  return rows.map(({ table, rows: number }) => `  not taken over: ${count(number)} rows of ${table}`);
}

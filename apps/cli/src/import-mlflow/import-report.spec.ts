import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printReport, type ImportReport } from './import-report.js';

const directory = mkdtempSync(path.join(tmpdir(), 'report-'));
const file = path.join(directory, 'report.json');
afterAll(() => rmSync(directory, { recursive: true }));

const sum = (rows: bigint, value: bigint) => ({ rows, sum: value });
const report: ImportReport = {
  source: '/srv/mlflow.db', organization: 'acme', project: 'default', files: null, leftBehind: [{ table: 'issues', rows: 2 }],
  checks: [{ table: 'runs', source: sum(3n, 9n), ours: sum(3n, 9n), isEqual: true }],
  experiments: Array.from({ length: 25 }, (_, index) => ({ from: String(index), to: String(index + 100), name: `e${index}` })),
  outside: [{ kind: 'runs', place: 's3://bucket', count: 4, example: 's3://bucket/1/r' }],
};

function printed(given: ImportReport): { code: number; text: string } {
  const lines: string[] = [];
  const code = printReport(given, file, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

it('says what is elsewhere and what was left, and writes every id to the file', () => {
  const { code, text } = printed(report);
  expect(code).toBe(0);
  expect(text).toContain('outside this server: 4 runs at s3://bucket (such as s3://bucket/1/r)');
  expect(text).toContain('not taken over: 2 rows of issues');
  expect(text).toContain('and 5 more in the report');
  expect(text).toMatch(/Done: all 1 tables are equal\.$/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ experiments: { length: 25 }, checks: [{ source: { rows: '3' } }] });
});

it.each([
  ['rows are missing', sum(2n, 7n), '3 rows in the source, 2 here'],
  ['contents differ', sum(3n, 8n), '3 rows in the source, 3 here, with other contents'],
])('ends with 1 when %s', (_title, ours, line) => {
  const { code, text } = printed({ ...report, checks: [{ table: 'runs', source: sum(3n, 9n), ours, isEqual: false }] });
  expect(code).toBe(1);
  expect(text).toContain(line);
  expect(text).toMatch(/NOT EQUAL: runs\./);
});

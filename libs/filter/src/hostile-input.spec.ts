import { isDomainError } from '@modelyard/kernel';
import fc from 'fast-check';
import { EVALUATION_DATASETS, EXPERIMENTS, ISSUES, LOGGED_MODELS, MODEL_VERSIONS, parseFilter, parseOrderBy, REGISTERED_MODELS, RUNS } from './index.js';
import { refusalOf } from './testing.js';

const GRAMMARS = { RUNS, EXPERIMENTS, EVALUATION_DATASETS, ISSUES, REGISTERED_MODELS, MODEL_VERSIONS, LOGGED_MODELS };
const PIECES = [
  "'", '"', '`', '\\', '(', ')', ',', '.', '::', ';', '-', '%', '#', '$', '\n', ' ', ' ', '5', '-1.5', '1e9', '0x', 'a', 'é', '😀', '\ud800', '\0',
  'metrics.a', 'params.`b c`', 'tags."d"', 'start_time', 'name', 'version_number', 'experiment_id', 'run_id', '__proto__', 'constructor.x', 'tags.toString',
  ' = ', ' != ', ' > ', ' LIKE ', ' ilike ', ' IN ', ' NOT ', ' IS ', ' NULL ', ' AND ', ' OR ', "('a', 'b')", "'x'", 'inf', "'\\u0000'",
];
const soup = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')));

/** Runs the parser and gives its milliseconds; only a DomainError may come out, with a position in the text. */
function timed(text: string, parse: () => unknown): number {
  const start = performance.now();
  try {
    parse();
  } catch (error) {
    if (!isDomainError(error, 'INVALID_ARGUMENT')) throw error;
    const { position } = error.details;
    expect(typeof position === 'number' && position >= 0 && position <= text.length).toBe(true);
    expect(error.message.length).toBeLessThan(1500);
  }
  return performance.now() - start;
}

const REPEATED = [
  "'", '"', '`', '\\', "\\'", "''", "'a ", '(', ')', "('", '.', 'a.', '-', '1', '1.', '1e', ' ', 'AND ', 'a = ', "a = '", "tags.a = 'x' ", '::', 'é', '\ud800', ';', "name IN ('", "\\'`\"",
];

describe.each(Object.entries(GRAMMARS))('hostile input in %s', (_name, grammar) => {
  it('comes out as clauses or as INVALID_ARGUMENT, never as another error', () => {
    fc.assert(fc.property(soup, (text) => void timed(text, () => parseFilter(grammar, text))), { numRuns: 1500 });
    fc.assert(fc.property(soup, (text) => void timed(text, () => parseOrderBy(grammar, [text]))), { numRuns: 500 });
  });
});

describe.each(REPEATED)('100,000 characters of %j', (piece) => {
  const text = piece.repeat(Math.ceil(100_000 / piece.length)).slice(0, 100_000);
  const list = `name IN (${text.slice(20)})`;

  it('take linear time', () => {
    expect(timed(text, () => parseFilter(RUNS, text))).toBeLessThan(1000);
    expect(timed(list, () => parseFilter(REGISTERED_MODELS, list))).toBeLessThan(1000);
    expect(timed(text, () => parseOrderBy(RUNS, [text]))).toBeLessThan(1000);
  });
});

describe('bounds', () => {
  it('refuses a text that is too long, too many clauses, too long a list', () => {
    expect(refusalOf(() => parseFilter(RUNS, 'a'.repeat(100_001))).message).toContain('at most 100000 characters');
    const clauses = Array.from({ length: 257 }, () => 'metrics.a > 1').join(' AND ');
    expect(refusalOf(() => parseFilter(RUNS, clauses)).message).toContain('at most 256 clauses');
    const list = Array.from({ length: 5001 }, () => "'a'").join(',');
    expect(refusalOf(() => parseFilter(RUNS, `run_id IN (${list})`)).message).toContain('at most 5000 values');
  });

  it('refuses what PostgreSQL would fail on', () => {
    expect(refusalOf(() => parseFilter(RUNS, "tags.a = 'x\0'")).details).toEqual({ field: 'filter', position: 11 });
    expect(refusalOf(() => parseFilter(RUNS, "run_id IN ('\\x00')")).message).toContain('NUL');
    expect(refusalOf(() => parseFilter(RUNS, 'tags.a LIKE "x\\\\\\"')).message).toContain('backslash');
    expect(refusalOf(() => parseFilter(RUNS, 'start_time > 9223372036854775808')).message).toBe("Invalid value for numeric attribute 'start_time': '9223372036854775808'");
  });
});

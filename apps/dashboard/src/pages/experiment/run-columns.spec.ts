import { columnId, defaultColumns, filterName, nextSort, orderByClause, parseColumn, parseSort } from './run-columns.js';

it('a column goes into the URL and back', () => {
  expect(parseColumn(columnId({ kind: 'metrics', key: 'train/loss.v1' }))).toEqual({ kind: 'metrics', key: 'train/loss.v1' });
  expect(parseColumn('attributes.status')).toBeNull();
  expect(parseColumn('metrics.')).toBeNull();
});

it('a header goes descending, ascending, none', () => {
  const first = nextSort(null, 'metrics.acc');
  const second = nextSort(parseSort(first), 'metrics.acc');
  expect([first, second, nextSort(parseSort(second), 'metrics.acc')]).toEqual(['-metrics.acc', 'metrics.acc', undefined]);
});

it('a sort is a clause of the search language', () => {
  expect(orderByClause({ column: 'metrics.train/loss', descending: true })).toBe('metrics.`train/loss` DESC');
});

it('names are quoted when they must', () => {
  expect(filterName('metrics', 'acc')).toBe('metrics.acc');
  expect(filterName('tags', 'mlflow.user')).toBe('tags.`mlflow.user`');
});

it('system metrics are no default columns', () => {
  expect(defaultColumns({ metrics: ['system/cpu', 'acc'], params: ['lr'], tags: [] })).toEqual([
    { kind: 'metrics', key: 'acc' },
    { kind: 'params', key: 'lr' },
  ]);
});

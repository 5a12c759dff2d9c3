import { parseTable, previewKind, tableOfJson } from './preview-kind.js';

it.each([
  ['plot.PNG', 'image'],
  ['a.json', 'json'],
  ['data.csv', 'table'],
  ['MLmodel', 'text'],
  ['page.html', 'text'],
  ['model.pkl', 'none'],
  ['model.onnx', 'none'],
])('%s is shown as %s', (name, kind) => {
  expect(previewKind(name)).toBe(kind);
});

describe('parseTable', () => {
  it('reads quotes, doubled quotes and line breaks in cells', () => {
    expect(parseTable('a,b\r\n"x, ""y""","line\nbreak"\r\n', 't.csv')).toEqual({ columns: ['a', 'b'], rows: [['x, "y"', 'line\nbreak']] });
  });

  it('stops after 200 rows', () => {
    expect(parseTable(`a\n${'1\n'.repeat(5000)}`, 't.csv').rows).toHaveLength(200);
  });

  it('splits TSV by tabs', () => {
    expect(parseTable('a\tb,c', 't.tsv').columns).toEqual(['a', 'b,c']);
  });
});

it('tableOfJson knows the split form alone', () => {
  expect(tableOfJson('{"columns":["a"],"data":[[1],["x"]]}')).toEqual({ columns: ['a'], rows: [['1'], ['x']] });
  expect(tableOfJson('{"a":1}')).toBeNull();
  expect(tableOfJson('no')).toBeNull();
});

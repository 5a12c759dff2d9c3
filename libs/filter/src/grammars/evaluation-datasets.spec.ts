import { EVALUATION_DATASETS, parseFilter, parseOrderBy, totalOrder } from '../index.js';

describe('the search language of evaluation datasets', () => {
  it('has attributes without a prefix, and tags', () => {
    expect(parseFilter(EVALUATION_DATASETS, "name IN ('a', 'b') AND created_time >= 5 AND tags.team = 'x' AND created_by LIKE 'a%'")).toMatchObject([
      { entity: 'attribute', key: 'name', operator: 'IN', value: ['a', 'b'] },
      { entity: 'attribute', key: 'created_time', operator: '>=', value: 5n },
      { entity: 'tag', key: 'team', operator: '=', value: 'x' },
      { entity: 'attribute', key: 'created_by', operator: 'LIKE', value: 'a%' },
    ]);
  });

  it.each(["digest = 'x'", "params.a = 'x'", "created_time = 'x'", "name > 'a'", "tags.a > 'x'", "created_by IN ('a')", "name = 'a' OR name = 'b'", 'name'])('refuses %s', (filter) => {
    expect(() => parseFilter(EVALUATION_DATASETS, filter)).toThrow();
  });

  it('is ordered by the newest first, and always totally', () => {
    expect(totalOrder(EVALUATION_DATASETS, parseOrderBy(EVALUATION_DATASETS, []))).toMatchObject([{ key: 'created_time', ascending: false }, { key: 'dataset_id', ascending: false }]);
    expect(totalOrder(EVALUATION_DATASETS, parseOrderBy(EVALUATION_DATASETS, ['name ASC']))).toMatchObject([{ key: 'name', ascending: true }, { key: 'dataset_id', ascending: false }]);
    expect(() => parseOrderBy(EVALUATION_DATASETS, ['digest'])).toThrow();
  });
});

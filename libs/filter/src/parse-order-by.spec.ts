import { refusalOf } from './testing.js';
import { EXPERIMENTS, LOGGED_MODELS, MODEL_VERSIONS, parseLoggedModelOrderBy, parseOrderBy, REGISTERED_MODELS, RUNS, totalOrder, type Grammar } from './index.js';

type Accepted = readonly [items: string[], orders: readonly (readonly [entity: string, key: string, ascending: boolean])[]];
type Refused = readonly [items: string[], message: string];

describe.each<[string, Grammar, Accepted[], Refused[]]>([
  [
    'RUNS',
    RUNS,
    [
      [['metrics.a'], [['metric', 'a', true]]],
      [['metrics.`a b` DESC', 'start_time'], [['metric', 'a b', false], ['attribute', 'start_time', true]]],
      [['params.x asc', 'tags."k v" DESC'], [['param', 'x', true], ['tag', 'k v', false]]],
      [['created DESC'], [['attribute', 'start_time', false]]],
      [['attribute.run_name desc'], [['attribute', 'run_name', false]]],
    ],
    [
      [['Created', 'start_time'], "`order_by` contains duplicate fields: ['Created', 'start_time']"],
      [['a'], "Invalid attribute key 'a' specified."],
      [['metrics.a foo'], "Invalid ordering key in order_by clause 'metrics.a foo'."],
      [['metrics.a ASC DESC'], "Invalid order_by clause 'metrics.a ASC DESC'. Could not be parsed."],
      [['dataset.name'], "Invalid identifier type 'dataset'"],
      [[''], "Invalid order_by clause ''. Could not be parsed."],
      [['metrics.a, metrics.b'], "Invalid order_by clause 'metrics.a, metrics.b'. Could not be parsed."],
      [['m.a'], "Invalid entity type 'm'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"],
      [['metrics.a', 'metric.a DESC'], "`order_by` contains duplicate fields: ['metrics.a', 'metric.a DESC']"],
      [['`run name`'], "Invalid attribute key 'run name' specified."],
    ],
  ],
  [
    'EXPERIMENTS',
    EXPERIMENTS,
    [
      [['name'], [['attribute', 'name', true]]],
      [['experiment_id DESC', 'creation_time'], [['attribute', 'experiment_id', false], ['attribute', 'creation_time', true]]],
      [['name', 'name DESC'], [['attribute', 'name', true], ['attribute', 'name', false]]],
    ],
    [
      [['tags.x'], 'Invalid order_by entity: tag'],
      [['foo'], "Invalid attribute key 'foo' specified."],
    ],
  ],
  [
    'REGISTERED_MODELS',
    REGISTERED_MODELS,
    [
      [['name DESC'], [['attribute', 'name', false]]],
      [['timestamp'], [['attribute', 'last_updated_timestamp', true]]],
      [['last_updated_timestamp desc'], [['attribute', 'last_updated_timestamp', false]]],
    ],
    [
      [['timestamp', 'last_updated_timestamp'], "`order_by` contains duplicate fields: ['timestamp', 'last_updated_timestamp']"],
      [['creation_timestamp'], "Invalid order by key 'creation_timestamp' specified."],
    ],
  ],
  [
    'MODEL_VERSIONS',
    MODEL_VERSIONS,
    [
      [['version_number DESC', 'name'], [['attribute', 'version_number', false], ['attribute', 'name', true]]],
      [['creation_timestamp asc'], [['attribute', 'creation_timestamp', true]]],
    ],
    [
      [['run_id'], "Invalid attribute key 'run_id' specified."],
      [['name', 'name'], "`order_by` contains duplicate fields: ['name', 'name']"],
    ],
  ],
])('order_by of %s', (_name, grammar, accepted, refused) => {
  it.each(accepted)('accepts %j', (items, orders) => {
    const parsed = parseOrderBy(grammar, items).map(({ entity, key, ascending }) => [entity, key, ascending]);
    const isFirst = (order: readonly [string, string, boolean], index: number) => orders.findIndex(([, key]) => key === order[1]) === index;
    expect(parsed).toEqual(orders.filter(isFirst));
  });

  it.each(refused)('refuses %j', (items, message) => {
    const { code, message: actual } = refusalOf(() => parseOrderBy(grammar, items));
    expect({ code, message: actual.slice(0, message.length) }).toEqual({ code: 'INVALID_ARGUMENT', message });
  });
});

describe('order_by', () => {
  it('names the faulty item and the character in it', () => {
    expect(refusalOf(() => parseOrderBy(RUNS, ['start_time', 'metrics.a down'])).details).toEqual({ field: 'order_by', item: 1, position: 10 });
  });

  it('becomes total by the tie-breakers that are not ordered by already', () => {
    const keys = (items: string[]) => totalOrder(RUNS, parseOrderBy(RUNS, items)).map(({ key, ascending }) => `${key} ${ascending}`);
    expect(keys([])).toEqual(['start_time false', 'run_id true']);
    expect(keys(['metrics.a', 'created'])).toEqual(['a true', 'start_time true', 'run_id true']);
    expect(keys(['tags.run_id'])).toEqual(['run_id true', 'start_time false', 'run_id true']);
  });

  it('falls back to the default of the search', () => {
    expect(totalOrder(EXPERIMENTS, []).map(({ key }) => key)).toEqual(['creation_time', 'experiment_id']);
    expect(totalOrder(MODEL_VERSIONS, []).map(({ key }) => key)).toEqual(['last_updated_timestamp', 'name', 'version_number']);
    expect(totalOrder(LOGGED_MODELS, []).map(({ key }) => key)).toEqual(['creation_timestamp', 'model_id']);
  });

  it('is bounded in items', () => {
    const items = Array.from({ length: 65 }, (_, index) => `metrics.m${index}`);
    expect(refusalOf(() => parseOrderBy(RUNS, items)).message).toContain('at most 64 items');
  });
});

describe('order_by of logged models', () => {
  it('reads attributes and metrics, with a dataset', () => {
    const items = [{ fieldName: 'creation_time', ascending: false }, { fieldName: 'metrics.a.b', datasetName: 'd', datasetDigest: 'x' }];
    expect(parseLoggedModelOrderBy(items)).toEqual([
      { entity: 'attribute', key: 'creation_timestamp', ascending: false, dataset: null },
      { entity: 'metric', key: 'a.b', ascending: true, dataset: { name: 'd', digest: 'x' } },
    ]);
  });

  it.each([
    [{}, 'Invalid order by field name: '],
    [{ fieldName: 'foo' }, 'Invalid order by field name: foo'],
    [{ fieldName: 'params.a' }, 'Invalid order by field name: params.a. Only metrics are supported.'],
  ])('refuses %j', (item, message) => {
    expect(refusalOf(() => parseLoggedModelOrderBy([item])).message).toBe(message);
  });
});

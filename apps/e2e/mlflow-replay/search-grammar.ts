import fc, { type Arbitrary } from 'fast-check';

/** What the property test logs, and what its filters speak of. */
export const METRIC_KEYS = ['loss', 'val/acc', 'a b', 'mün'] as const;
export const PARAM_KEYS = ['lr', 'ünï', 'a b', 'x.y'] as const;
export const TAG_KEYS = ['team', 'dot.ted', 'ü tag'] as const;
export const TEXT_VALUES = ['red', 'Red', 'blue', 'grün', '日本', 'a_b', '10%', '0.1', '', "it's"] as const;
export const METRIC_VALUES = [0, 0.25, 0.5, 1, -3.5, 1e6, 'NaN', 'Infinity', '-Infinity'] as const;
export const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'SCHEDULED'] as const;
export const USERS = ['ann', 'bob', 'Bob'] as const;
export const DATASETS = ['iris', 'wine', 'Iris'] as const;
export const CONTEXTS = ['train', 'eval'] as const;
export const START = 1_600_000_000_000;

export interface Search {
  readonly filter: string;
  readonly order_by: readonly string[];
  readonly max_results: number;
}

const quotedText = (text: string): Arbitrary<string> => (text.includes("'") ? fc.constant(`"${text}"`) : text.includes('"') ? fc.constant(`'${text}'`) : fc.constantFrom(`'${text}'`, `"${text}"`));
const textValue = fc.constantFrom<string>(...TEXT_VALUES).chain(quotedText);
// No backslashes: whether they escape depends on MLflow's database (PostgreSQL and MySQL: yes, as ours; SQLite: no).
const pattern = fc.constantFrom('%e%', 'r%', '%', 'R_d', '%本', 'a_b', '1%', 'g%n', '_lue', 'bl%', '%d').chain(quotedText);
const numberValue = fc.constantFrom('0', '0.25', '0.5', '1', '-3.5', '1000000', '1e3', '0.3', '-10');
const numeric = fc.constantFrom('<', '<=', '>', '>=', '=', '!=');
const equality = fc.constantFrom('=', '!=', '!=');
const like = fc.constantFrom('LIKE', 'ILIKE');

const plainKey = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const keyOf = (prefixes: readonly string[], keys: readonly string[]): Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom(...keys)).chain(([prefix, key]) => {
    const ways = plainKey.test(key) ? [key, `\`${key}\``, `"${key}"`] : [`\`${key}\``, `"${key}"`];
    return fc.constantFrom(...ways.map((way) => `${prefix}.${way}`));
  });

const metric = keyOf(['metrics', 'metric'], METRIC_KEYS);
const param = keyOf(['params', 'param', 'parameters'], PARAM_KEYS);
const tag = keyOf(['tags', 'tag'], TAG_KEYS);
const attribute = (...names: string[]) => fc.constantFrom(...names.flatMap((name) => [name, `attributes.${name}`, `attribute.${name}`]));
const joined = (...parts: Arbitrary<string>[]): Arbitrary<string> => fc.tuple(...parts).map((texts) => texts.join(' '));
const listOf = (values: readonly string[]) => fc.subarray([...values], { minLength: 1, maxLength: 3 }).map((items) => `(${items.map((item) => `'${item}'`).join(', ')})`);
const inList = fc.constantFrom('IN', 'NOT IN');
const presence = fc.constantFrom('IS NULL', 'IS NOT NULL');
const time = fc.integer({ min: 0, max: 400 }).map((minutes) => String(START + minutes * 60_000));

const clause: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: joined(metric, numeric, numberValue) },
  { weight: 3, arbitrary: joined(fc.oneof(param, tag), equality, textValue) },
  { weight: 3, arbitrary: joined(fc.oneof(param, tag), like, pattern) },
  { weight: 3, arbitrary: joined(fc.oneof(param, tag), presence) },
  { weight: 2, arbitrary: joined(attribute('status'), equality, fc.constantFrom(...STATUSES).chain(quotedText)) },
  { weight: 1, arbitrary: joined(attribute('status'), like, fc.constantFrom("'%ED'", "'R%'", "'fin%'")) },
  { weight: 2, arbitrary: joined(attribute('start_time'), numeric, time) },
  { weight: 1, arbitrary: joined(attribute('end_time'), numeric, time) },
  { weight: 2, arbitrary: joined(attribute('user_id'), equality, fc.constantFrom(...USERS).chain(quotedText)) },
  { weight: 1, arbitrary: joined(attribute('user_id'), like, fc.constantFrom("'b%'", "'_o%'")) },
  { weight: 1, arbitrary: joined(attribute('run_name'), like, fc.constantFrom("'run 1%'", "'RUN %5'", "'%0'")) },
  { weight: 1, arbitrary: joined(attribute('run_id'), inList, listOf(['<r1>', '<r2>', '<r3>', 'nix'])) },
  { weight: 1, arbitrary: joined(attribute('artifact_uri'), like, fc.constantFrom("'mlflow-artifacts:%'", "'%nothing'")) },
  { weight: 1, arbitrary: joined(fc.constantFrom('datasets.name', 'dataset.name'), fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'), fc.constantFrom(...DATASETS).chain(quotedText)) },
  { weight: 1, arbitrary: joined(fc.constantFrom('datasets.name', 'datasets.digest'), fc.constantFrom('IN', 'NOT IN'), listOf(['iris', 'wine', 'd1'])) },
  { weight: 1, arbitrary: joined(fc.constant('datasets.context'), equality, fc.constantFrom(...CONTEXTS).chain(quotedText)) },
);

/** Broken in one place: a filter that nobody may accept in another way than MLflow. */
const broken: Arbitrary<string> = fc.oneof(
  joined(metric, like, textValue),
  joined(metric, numeric, textValue),
  joined(param, fc.constantFrom('<', '>'), textValue),
  joined(tag, equality, numberValue),
  joined(fc.constantFrom('nix', 'attributes.nix', 'attribute.lifecycle_stage', 'datasets.nix'), fc.constant('='), textValue),
  joined(fc.constantFrom('foo.bar', 'metricss.loss'), fc.constant('='), textValue),
  joined(attribute('start_time'), fc.constant('='), textValue),
  joined(attribute('status'), fc.constantFrom('<', '>'), textValue),
  joined(metric, presence),
  joined(clause, fc.constant('OR'), clause),
  joined(param, fc.constant('=')),
  joined(attribute('user_id'), fc.constant('IN'), fc.constant("('ann')")),
);

const filter: Arbitrary<string> = fc.oneof(
  { weight: 17, arbitrary: fc.oneof({ weight: 5, arbitrary: fc.array(clause, { minLength: 1, maxLength: 1 }) }, { weight: 3, arbitrary: fc.array(clause, { minLength: 2, maxLength: 3 }) }).map((clauses) => clauses.join(' AND ')) },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: fc.tuple(fc.array(clause, { maxLength: 1 }), broken).map(([clauses, bad]) => [...clauses, bad].join(' and ')) },
);

const orderItem: Arbitrary<string> = joined(
  fc.oneof(metric, param, tag, attribute('start_time', 'end_time', 'status', 'user_id', 'run_name')),
  fc.constantFrom('ASC', 'DESC', 'asc', 'desc'),
);
// Times of start differ between all runs, so that the last key decides every tie.
const order = fc.array(orderItem, { maxLength: 2 }).map((items) => (items.some((item) => /start_time/.test(item)) ? items : [...items, 'start_time DESC']));

export const search: Arbitrary<Search> = fc.record({ filter, order_by: order, max_results: fc.constantFrom(5, 50, 1000, 1000, 1000, 1000) });

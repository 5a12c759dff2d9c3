import { logBatch, logMetric, searchRuns, updateRun } from '../runs/runs.wire.js';
import { SEARCH } from '../registry/registered-models.wire.js';
import { startTrace as legacyTrace } from '../traces/legacy-traces.wire.js';
import { batchGet, startTrace } from '../traces/traces.wire.js';
import { TRANSITION } from '../registry/model-versions.wire.js';
import type { Fields } from './fields.js';
import { bodyAsJson, fieldsOf, queryAsJson } from './request.js';

// Each expectation was seen on `mlflow server` 3.17.2; apps/e2e/mlflow-replay asks it again.
const id = 'a'.repeat(32);
const metric = (fields: string) => logMetric.parse(bodyAsJson(`{"run_id":"${id}","key":"m",${fields}}`));

describe('a message', () => {
  it('takes names in both spellings, null for absent, and ignores what it does not know', () => {
    expect(updateRun.parse(bodyAsJson(`{"run_id":"${id}","endTime":"5","status":3,"run_name":null,"unknown":{"a":[1]}}`))).toEqual({ run_id: id, run_uuid: '', end_time: 5, status: 'FINISHED', run_name: undefined });
  });

  it('may not have one field in two spellings', () => {
    expect(() => updateRun.parse(bodyAsJson(`{"run_id":"${id}","end_time":1,"endTime":2}`))).toThrow("Request specifies both 'end_time' and 'endTime'; provide only one of them.");
  });

  it('takes run_uuid where run_id is asked for', () => {
    expect(updateRun.parse(bodyAsJson(`{"run_uuid":"${id}"}`))).toMatchObject({ run_id: '', run_uuid: id });
  });

  it('may be JSON inside a JSON string, and what is no JSON is empty', () => {
    expect(searchRuns.parse(bodyAsJson(JSON.stringify('{"experiment_ids": ["1"]}')))).toMatchObject({ experiment_ids: ['1'], max_results: 1000 });
    expect([bodyAsJson(''), bodyAsJson('{'), bodyAsJson('null')]).toEqual([{}, {}, {}]);
    expect(() => bodyAsJson('[1]')).toThrow('must be a JSON object');
  });

  it.each<[string, number | bigint]>([['1', 1], ['"-7"', -7], ['1152921504606846977', 2n ** 60n + 1n], ['"1152921504606846977"', 2n ** 60n + 1n], ['1e3', 1000], ['"1e3"', 1000], ['-9223372036854775808', -(2n ** 63n)]])('reads the integer %s exactly', (step, value) => {
    expect(metric(`"value":1,"timestamp":1,"step":${step}`).step).toBe(value);
  });

  it.each<[string, number]>([['0.1', 0.1], ['"NaN"', NaN], ['"-Infinity"', -Infinity], ['" 2.5 "', 2.5], ['true', 1], ['123456789012345678901', 123456789012345680000]])('reads the number %s', (value, expected) => {
    expect(metric(`"value":${value},"timestamp":1`).value).toBe(expected);
  });

  it('is taken as far as it can be read, when the checks let it pass', () => {
    // 1.5 is no integer for protobuf, and one for Python's int(): what came before stays, what comes after is not read.
    expect(metric('"value":2,"timestamp":1.5,"step":9')).toMatchObject({ value: 2, timestamp: 0, step: 0 });
    expect(metric('"value":NaN,"timestamp":5')).toMatchObject({ value: 0, timestamp: 0 });
    expect(() => metric('"value":NaN,"timestamp":"soon"')).toThrow("Invalid value \"soon\" for parameter 'timestamp' supplied:  Hint: Value was of type 'str'.");
  });

  it.each([
    ['{}', "Missing value for required parameter 'run_id'. See the API docs for more information about request parameters."],
    [`{"run_id":"${id}","metrics":[{"value":1,"timestamp":1}]}`, "Missing value for required parameter 'metrics[0].key'."],
    [`{"run_id":"${id}","params":[{"key":"a"},{"value":"1"}]}`, "Missing value for required parameter 'params[1].key'."],
    [`{"run_id":"${id}","metrics":5}`, "Invalid value 5 for parameter 'metrics' supplied:  Hint: Value was of type 'int'."],
    ['{"run_id":{"ü":1,"a":[true]}}', 'Invalid value {"a":[true],"\\u00fc":1} for parameter \'run_id\' supplied:  Hint: Value was of type \'dict\'.'],
  ])('%s says what is missing or wrong', (body, message) => {
    expect(() => logBatch.parse(bodyAsJson(body))).toThrow(message);
  });

  it('has one of the fields that exclude each other', () => {
    const assessments = [{ assessment_name: 'n', feedback: { value: 1 }, expectation: { value: 2 }, rationale: 'unread' }];
    const { trace } = startTrace.parse({ trace: { trace_info: { assessments, tags: { a: 'unread' } } } });
    expect(trace?.trace_info?.assessments).toMatchObject([{ expectation: undefined, rationale: '' }]);
    expect(trace?.trace_info?.tags).toEqual({});
    expect(startTrace.parse({ trace: { trace_info: { assessments: [{ feedback: null, issue: { issue_name: 'i' } }] } } }).trace?.trace_info?.assessments).toMatchObject([{ issue: { issue_name: 'i' } }]);
  });

  it('tells no experiments from an empty list of them', () => {
    expect([{}, { experiment_ids: null }, { experiment_ids: [] }].map((part) => batchGet.parse({ trace_ids: ['a'], ...part }).experiment_ids)).toEqual([undefined, [], []]);
  });

  it.each([[[{ value: 'x' }]], ['x'], [null], [{ key: 'a' }]])('refuses entries %j, of which one has no key', (tags) => {
    expect(() => legacyTrace.parse({ tags })).toThrow("for parameter 'tags' supplied");
  });

  it('echoes only so much of a hostile value', () => {
    expect(() => logBatch.parse({ run_id: ['x'.repeat(1_000_000)] })).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{0,5000}$/) }));
  });
});

describe('a query', () => {
  const read = (schema: typeof SEARCH | typeof TRANSITION, query: Record<string, unknown>) => schema.parse(queryAsJson(query, fieldsOf(schema) as Fields));

  it('has lists of one, the first of several, and numbers as texts', () => {
    expect(read(SEARCH, { order_by: 'name', max_results: ['5', '6'], filter: 'x', unknown: '1' })).toEqual({ order_by: ['name'], max_results: 5, filter: 'x', page_token: '' });
  });

  it('has flags as words', () => {
    const query = { name: 'a', version: '1', stage: 'None' };
    expect(read(TRANSITION, { ...query, archive_existing_versions: 'TRUE' })).toMatchObject({ archive_existing_versions: true });
    expect(() => read(TRANSITION, { ...query, archive_existing_versions: 'maybe' })).toThrow("Invalid boolean value: maybe, must be 'true' or 'false'.");
  });
});

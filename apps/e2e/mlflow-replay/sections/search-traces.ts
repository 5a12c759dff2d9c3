import { each, fiveOf, of, post, type Section } from '../replay-case.js';
import { attribute, exported, traceOf } from './spans.js';
import { at, traced } from './traces.js';

const V3 = { mount: '/api/3.0' } as const;
const SEARCH = '/mlflow/traces/search';
const text = (stringValue: string) => ({ stringValue });
const trace = (name: string, second: number, part: object) => traced(`tr-find-${name}`, { request_time: `2025-01-01T00:00:0${second}Z`, ...part });
const judged = (name: string, assessment: object) => post(`/mlflow/traces/tr-find-${name}/assessments`, { assessment: { source: { source_type: 'HUMAN', source_id: 'ann' }, create_time: '2025-01-01T00:00:00Z', last_update_time: '2025-01-01T00:00:00Z', ...assessment } }, V3);
const search = (message: object) => post(SEARCH, { locations: [at('<exp>')], ...message }, V3);
const spanned = (number: number, second: number, spans: readonly object[]) => exported(spans.map((span, index) => ({ traceId: traceOf(number), spanId: `00000000000000a${index + 1}`, ...(index === 0 ? {} : { parentSpanId: '00000000000000a1' }), startTimeUnixNano: `${1735700000 + second}000000000`, endTimeUnixNano: `${1735700001 + second}000000000`, status: { code: 1 }, ...span })));

const FILTERS = [
  ...["status = 'OK'", "status != 'OK'", "status = 'ok'", "status IN ('OK', 'ERROR')", "status NOT IN ('OK')", "status LIKE 'E%'", "status ILIKE 'e%'", "status RLIKE '^E'", "status > 'OK'", 'status IS NULL', "trace.status = 'ERROR'", "attributes.status = 'OK'", "attribute.status = 'OK'", 'status = 5', "status IN ()"],
  ...['timestamp_ms > 1735689602000', 'timestamp >= 1735689602000', 'timestamp_ms < 1735689602000', 'timestamp_ms <= 1735689602000', 'timestamp_ms = 1735689602000', 'timestamp_ms != 1735689602000', "timestamp_ms = 'x'", "timestamp_ms > '1735689602000'", 'timestamp_ms IN (1)', 'timestamp_ms IS NULL', 'timestamp_ms LIKE 1'],
  ...['execution_time_ms > 1000', 'execution_time < 1500.5', 'execution_time_ms = 1500', 'execution_time_ms != 1500', 'execution_time_ms IS NULL', 'end_time_ms > 1735689602000', 'end_time <= 1735689602500'],
  ...["request_id = 'tr-find-a'", "request_id != 'tr-find-a'", "request_id IN ('tr-find-a', 'tr-find-b')", "request_id NOT IN ('tr-find-a')", "request_id LIKE 'tr-find%'", "trace_id = 'tr-find-a'", "client_request_id = 'c1'", "client_request_id != 'c1'", "client_request_id LIKE 'c%'", "client_request_id IN ('c1')", 'client_request_id IS NULL'],
  ...["name = 'alpha'", "name != 'alpha'", "name LIKE 'al%'", "name ILIKE 'AL%'", "name RLIKE '^al'", "name RLIKE '('", 'name IS NULL', 'name IS NOT NULL', "name IN ('alpha')", "trace.name = 'alpha'", "tags.`mlflow.traceName` = 'alpha'", 'name = alpha', 'name = "alpha"', 'name'],
  ...["run_id = '<run>'", "run_id != '<run>'", "run_id IN ('<run>')", 'run_id IS NULL', 'run_id IS NOT NULL', "run_id LIKE '%'", "metadata.`mlflow.sourceRun` = '<run>'"],
  ...["tags.team = 'red'", "tag.team != 'red'", "tags.team LIKE 'r%'", "tags.team ILIKE 'R%'", "tags.team RLIKE '^r'", 'tags.team IS NULL', 'tags.team IS NOT NULL', "tags.team > 'a'", "tags.team IN ('red')", "tags.`a.b` = 'x'", 'tags.team = 5', "tags.nix = 'x'", "tags.nix != 'x'", "tags. = 'x'"],
  ...["metadata.m = '1'", "request_metadata.m = '1'", "metadata.m != '1'", "metadata.m LIKE '1%'", 'metadata.m IS NULL', 'metadata.m IS NOT NULL', "metadata.m > '0'", "metadata.`mlflow.trace.session` = 's1'", 'metadata.`mlflow.trace.session` IS NULL'],
  ...["span.name = 'llm call'", "span.name != 'root'", "span.name IN ('root')", "span.name NOT IN ('root')", "span.name LIKE '%call'", "span.name ILIKE '%CALL'", "span.name RLIKE 'call$'", "span.type = 'LLM'", "span.type != 'LLM'", "span.status = 'ERROR'", "span.status = 'OK'", "span.attributes.model LIKE '%gpt%'", "span.attributes.model ILIKE '%GPT%'", "span.attributes.model = 'gpt'", "span.attributes. LIKE 'x'", "span.content LIKE '%needle%'", "span.content ILIKE '%NEEDLE%'", "span.content = 'x'", "span.nix = 'x'", "trace.text LIKE '%needle%'", "text LIKE '%needle%'", "span.name = 'llm call' AND span.type = 'LLM'", "span.name = 'root' AND span.type = 'LLM'", 'span.name IS NULL', 'span.name > 5'],
  ...["feedback.good = 'true'", "feedback.good = 'false'", "feedback.good != 'true'", "feedback.word = 'yes'", "feedback.word LIKE '%ye%'", "feedback.word ILIKE '%YE%'", "feedback.word RLIKE 'y'", 'feedback.score > 0.5', 'feedback.score >= 0.75', 'feedback.score < 0.5', "feedback.score = '0.75'", 'feedback.score = 0.75', "feedback.score > '0.5'", 'feedback.word > 1', 'feedback.good IS NULL', 'feedback.good IS NOT NULL', "feedback.nix = 'x'", "expectation.answer = 'Paris'", "expectation.answer LIKE '%ari%'", 'expectation.answer IS NULL', "expectation.good = 'true'", "issue.id = 'is-1'", "issue.id != 'is-1'", "issue.nix = 'x'", "feedback. = 'x'", "feedback.`good` = 'true'"],
  ...["prompt = 'p/1'", "prompt = 'p/2'", "prompt != 'p/1'", "prompt LIKE 'p%'", "prompt = 'p'", 'prompt IS NULL'],
  ...["status = 'OK' AND tags.team = 'red'", "status = 'OK' OR status = 'ERROR'", "status = 'OK' AND", 'nix = 1', "foo.x = 'y'", "metrics.a > 1", "params.a = 'x'", '', ' ', '1 = 1', "status = 'OK'; DROP TABLE x", "NOT status = 'OK'", "(status = 'OK')", "status='OK'", "STATUS = 'OK'", "status = 'O''K'", "experiment_id = '1'"],
];
const ORDERS = [['timestamp_ms'], ['timestamp_ms ASC'], ['timestamp DESC'], ['execution_time_ms'], ['execution_time DESC'], ['end_time_ms'], ['status'], ['status DESC', 'timestamp_ms ASC'], ['request_id'], ['request_id DESC'], ['name'], ['name DESC'], ['run_id'], ['experiment_id'], ['tags.team'], ['tags.team DESC'], ['tag.nix'], ['metadata.m'], ['metadata.m DESC'], ['trace.status'], ['attributes.timestamp_ms'], ['client_request_id'], ['span.name'], ['feedback.good'], ['nix'], [''], ['timestamp_ms ASC DESC'], ['timestamp_ms', 'timestamp_ms'], ['timestamp_ms asc']];

export const searchTraces: Section = {
  name: 'search traces',
  setup: [
    post('/mlflow/experiments/create', { name: 'of sought traces' }, { bind: { exp: 'experiment_id' } }),
    post('/mlflow/experiments/create', { name: 'without traces' }, { bind: { empty: 'experiment_id' } }),
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: 'r', start_time: 1 }, { bind: { run: 'run.info.run_id' } }),
    trace('a', 1, { client_request_id: 'c1', execution_duration: '1.5s', tags: { team: 'red', 'mlflow.traceName': 'alpha', 'a.b': 'x' }, trace_metadata: { m: '1', 'mlflow.trace.session': 's1' } }),
    trace('b', 2, { state: 'ERROR', execution_duration: '0.5s', tags: { team: 'blue', 'mlflow.traceName': 'Beta' }, trace_metadata: { m: '2', 'mlflow.sourceRun': '<run>' } }),
    trace('c', 3, { state: 'IN_PROGRESS', tags: { 'mlflow.traceName': 'alps' } }),
    trace('d', 3, { execution_duration: '0s', trace_metadata: { m: '10' } }),
    trace('e', 4, { state: undefined, client_request_id: 'c2', tags: { team: 'RED' } }),
    spanned(0x6001, 1, [{ name: 'root', attributes: [attribute('model', text('gpt-4')), attribute('mlflow.spanInputs', text('"a needle here"'))] }, { name: 'llm call', attributes: [attribute('mlflow.spanType', text('"LLM"'))] }]),
    spanned(0x6002, 2, [{ name: 'root', status: { code: 2 } }]),
    post('/mlflow/traces/link-to-run', { trace_ids: ['tr-find-c'], run_id: '<run>' }),
    post('/mlflow/traces/link-prompts', { trace_id: 'tr-find-d', prompt_versions: [{ name: 'p', version: '1' }] }),
    judged('a', { assessment_id: 'a-find-1', assessment_name: 'good', feedback: { value: true } }), judged('b', { assessment_id: 'a-find-2', assessment_name: 'good', feedback: { value: false } }), judged('a', { assessment_id: 'a-find-3', assessment_name: 'score', feedback: { value: 0.75 } }), judged('b', { assessment_id: 'a-find-4', assessment_name: 'score', feedback: { value: 0.25 } }), judged('c', { assessment_id: 'a-find-5', assessment_name: 'word', feedback: { value: 'yes' } }), judged('d', { assessment_id: 'a-find-6', assessment_name: 'answer', expectation: { value: 'Paris' } }),
  ],
  cases: [
    ...fiveOf('POST', SEARCH, { ...V3, fine: { locations: [at('<exp>')], filter: "status = 'OK'", max_results: 10, order_by: ['timestamp_ms ASC'] }, missing: ['locations', 'filter', 'max_results', 'order_by'], wrong: { 'locations is a text': { locations: 'x' }, 'locations is an object': { locations: at('<exp>') }, 'locations is empty': { locations: [] }, 'locations of texts': { locations: ['<exp>'] }, 'a location without experiment': { locations: [{}] }, 'an inference table': { locations: [{ type: 'INFERENCE_TABLE', inference_table: { full_table_name: 'a.b.c' } }] }, 'a location without type': { locations: [{ mlflow_experiment: { experiment_id: '<exp>' } }] }, 'filter is a number': { filter: 5 }, 'order_by is a text': { order_by: 'timestamp_ms' }, 'order_by of numbers': { order_by: [1] }, 'max_results is a word': { max_results: 'x' }, 'max_results is a text': { max_results: '2' }, 'max_results is 0': { max_results: 0 }, 'max_results is -1': { max_results: -1 }, 'max_results is 1.5': { max_results: 1.5 }, 'page_token is a number': { page_token: 5 }, 'a token of nonsense': { page_token: 'nonsense' } }, over: { 'max_results 501': { max_results: 501 }, 'max_results 500': { max_results: 500 } }, foreign: { 'an unknown experiment': { locations: [at('999999999')] }, 'an experiment that is no number': { locations: [at('abc')] }, 'one without traces': { locations: [at('<empty>')] }, 'one twice': { locations: [at('<exp>'), at('<exp>')] } } }),
    ...each(Object.fromEntries(FILTERS.map((filter) => [`filter ${filter}`, filter])), (filter) => search({ filter })),
    ...each(Object.fromEntries(ORDERS.map((order) => [`order ${order.join(' / ')}`, order])), (order_by) => search({ order_by })),
    of('in pages', search({ max_results: 3 }), search({ max_results: 3 })), ...each({ 'in pages, newest first': [], 'in pages by name': ['name'], 'in pages by duration': ['execution_time_ms DESC'], 'in pages by a tag': ['tags.team'] }, (order_by) => [post(SEARCH, { locations: [at('<exp>')], max_results: 3, order_by }, { ...V3, bind: { page: 'next_page_token' } }), post(SEARCH, { locations: [at('<exp>')], max_results: 3, order_by, page_token: '<page>' }, { ...V3, bind: { third: 'next_page_token' } }), search({ max_results: 3, order_by, page_token: '<third>' })]),
  ],
};

import { each, get, of, post, type Section, type Step } from '../replay-case.js';

const call = (verb: Step['verb'], path: string): Step => ({ verb, path });

/** What is not of one noun: health, version, unknown routes, wrong methods. */
export const misc: Section = {
  name: 'misc',
  setup: [],
  cases: [
    of('health', get('/health')),
    of('version', get('/version')),
    ...each({ 'nothing': '/api/2.0/mlflow/nothing', 'another version': '/api/1.0/mlflow/experiments/get', 'version 3 of a call of 2': '/api/3.0/mlflow/experiments/get', 'the bare mount': '/api/2.0/mlflow', 'ajax': '/ajax-api/2.0/mlflow/nothing', 'a slash at the end': '/api/2.0/mlflow/experiments/get/', 'upper case': '/API/2.0/mlflow/experiments/get', 'preview': '/api/2.0/preview/mlflow/experiments/get', 'two slashes': '/api/2.0//mlflow/experiments/get' }, (path) => get(path, { experiment_id: '0' })),
    ...each<[Step['verb'], string]>({ 'GET of a POST': ['GET', '/mlflow/experiments/create'], 'POST of a GET': ['POST', '/mlflow/experiments/get'], 'DELETE of a POST': ['DELETE', '/mlflow/runs/create'], 'PATCH of a POST': ['PATCH', '/mlflow/runs/update'], 'PUT of a PATCH': ['PUT', '/mlflow/registered-models/update'], 'POST of a DELETE': ['POST', '/mlflow/registered-models/delete'], 'GET of log-batch': ['GET', '/mlflow/runs/log-batch'], 'PUT of runs/search': ['PUT', '/mlflow/runs/search'] }, ([verb, path]) => call(verb, path)),
    ...each({ 'no content type': {}, 'text': { 'content-type': 'text/plain' }, 'a form': { 'content-type': 'application/x-www-form-urlencoded' }, 'upper case': { 'content-type': 'APPLICATION/JSON' }, 'blank before the charset': { 'content-type': 'application/json ;charset=utf-8' } }, (headers) => ({ verb: 'POST', path: '/mlflow/runs/search', raw: '{"experiment_ids":["0"],"max_results":1,"filter":"tags.nobody = \'x\'"}', headers: { 'content-type': '', ...headers } })),
    ...each({ 'a PATCH without content type': 'PATCH', 'a DELETE without content type': 'DELETE' }, (verb) => ({ verb: verb as Step['verb'], path: verb === 'PATCH' ? '/mlflow/registered-models/update' : '/mlflow/registered-models/delete', raw: '{"name":"nobody"}', headers: { 'content-type': 'text/plain' } })),
    of('a body with a byte order mark', { verb: 'POST', path: '/mlflow/runs/search', raw: '\uFEFF{"experiment_ids":["999999999"]}' }),
    of('a body of blanks', { verb: 'POST', path: '/mlflow/runs/search', raw: '   ' }),
    of('a query beside a body', { verb: 'POST', path: '/mlflow/experiments/create', query: { name: 'from the query {n}' }, body: {} }),
    of('a query that is not known', get('/mlflow/experiments/get', { nothing: '1' })),
    of('an exact integer comes back', post('/mlflow/runs/create', { experiment_id: '0', run_name: 'exact', start_time: 9007199254740993n })),
  ],
};

import { each, fiveOf, get, of, patch, post, type Section } from '../replay-case.js';

const ROOT = '/mlflow/issues';
const V3 = { mount: '/api/3.0' } as const;
const ISSUE = { experiment_id: '<exp>', name: 'slow', description: 'It is slow.' };
const experiment = post('/mlflow/experiments/create', { name: 'exp-{n}' }, { bind: { exp: 'experiment_id' } });
const made = { ...V3, bind: { issue: 'issue.issue_id' } };
const create = post(ROOT, { ...ISSUE, severity: 'low' }, made);
const named = (name: string, more: object = {}) => post(ROOT, { ...ISSUE, name, ...more }, { ...V3, bind: { [name]: 'issue.issue_id' } });
const see = get(`${ROOT}/<issue>`, {}, V3);
const search = (message: object) => post(`${ROOT}/search`, { experiment_id: '<exp>', ...message }, V3);

export const issues: Section = {
  name: 'issues',
  setup: [],
  cases: [
    ...fiveOf('POST', ROOT, {
      ...V3, before: [experiment], after: [search({})], fine: { ...ISSUE, status: 'resolved', severity: 'high', root_causes: ['a', 'b'], categories: ['c'], created_by: 'anna' }, missing: ['experiment_id', 'name', 'description'], foreign: { 'an unknown experiment': { experiment_id: '987654' }, 'no number as id': { experiment_id: 'x' } },
      wrong: { 'name is a number': { name: 5 }, 'name is null': { name: null }, 'an unknown status': { status: 'open' }, 'an unknown severity': { severity: 'huge' }, 'causes are a text': { root_causes: 'x' }, 'categories hold numbers': { categories: [1] }, 'status is a number': { status: 5 } },
    }).map((replayed) => ({ ...replayed, steps: replayed.steps.map((step) => (step.path === ROOT ? { ...step, bind: { issue: 'issue.issue_id' } } : step)) })),
    of('POST: no more than is needed', experiment, post(ROOT, ISSUE, made), see),
    of('POST: in a deleted experiment', experiment, post('/mlflow/experiments/delete', { experiment_id: '<exp>' }), create),
    of('GET: fine', experiment, create, see),
    of('GET: on the other mount', experiment, create, { ...see, mount: '/ajax-api/3.0' }),
    of('GET: unknown', get(`${ROOT}/nobody`, {}, V3)),
    ...fiveOf('PATCH', `${ROOT}/<issue>`, { ...V3, before: [experiment, create], after: [see], fine: { issue_id: '<issue>', name: 'new', description: 'other', status: 'rejected', severity: 'medium' }, missing: ['issue_id', 'name', 'description'], wrong: { 'an unknown status': { status: 'x' }, 'an unknown severity': { severity: 'x' }, 'status is null': { status: null }, 'name is a number': { name: 5 } } }),
    of('PATCH: nothing', experiment, create, patch(`${ROOT}/<issue>`, { issue_id: '<issue>' }, V3), see),
    of('PATCH: unknown', patch(`${ROOT}/nobody`, { issue_id: 'nobody', name: 'x' }, V3)),
    of('POST search: by severity', experiment, named('none'), named('low', { severity: 'low' }), named('high', { severity: 'high' }), named('not', { severity: 'not_an_issue' }), search({})),
    ...each({
      'by status': { filter_string: "status = 'pending'" }, 'by another status': { filter_string: "status != 'pending'" }, 'by run': { filter_string: "source_run_id = 'x'" }, 'by two': { filter_string: "status = 'pending' AND source_run_id != 'x'" }, 'by a status that is none': { filter_string: "status = 'nothing'" },
      'by a comparison that is none': { filter_string: "status LIKE 'p%'" }, 'or': { filter_string: "status = 'a' OR status = 'b'" }, 'with counts': { include_trace_count: true }, 'none': { max_results: 0 }, 'too many': { max_results: 50_001 }, 'less than none': { max_results: -1 }, 'of an unknown experiment': { experiment_id: '987654' }, 'of no number': { experiment_id: 'x' },
    }, (message) => [experiment, create, search(message)]).map((replayed) => ({ ...replayed, title: `POST search: ${replayed.title}` })),
    of('POST search: the first of two', experiment, named('low', { severity: 'low' }), named('high', { severity: 'high' }), search({ max_results: 1 })),
    of('POST search: on the other mount', experiment, create, post(`${ROOT}/search`, { experiment_id: '<exp>' }, { mount: '/ajax-api/3.0' })),
  ],
};

import { each, fiveOf, get, of, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/scorers';
const V3 = { mount: '/api/3.0' } as const;
// As Python writes JSON: MLflow answers it so, whatever came.
const JUDGE = '{"name": "judge", "aggregations": null, "mlflow_version": "3.17.0", "instructions_judge_pydantic_data": {"instructions": "Is {{ outputs }} good?", "model": "openai:/gpt-4"}}';
const experiment = post('/mlflow/experiments/create', { name: 'exp-{n}' }, { bind: { exp: 'experiment_id' } });
const made = { ...V3, bind: { scorer: 'scorer_id' } };
const SCORER = { experiment_id: '<exp>', name: 'judge', serialized_scorer: JUDGE };
const register = post(`${ROOT}/register`, SCORER, made);
const NAMED = { experiment_id: '<exp>', name: 'judge' };
const versions = get(`${ROOT}/versions`, NAMED, V3);
const UNKNOWN = { 'an unknown scorer': { name: 'nobody' }, 'an unknown experiment': { experiment_id: '987654' }, 'no number as id': { experiment_id: 'x' } };
const put = (body: unknown) => ({ verb: 'PUT' as const, path: `${ROOT}/online-config`, body, ...V3, bind: { config: 'config.online_scoring_config_id' } });

export const scorers: Section = {
  name: 'scorers',
  setup: [],
  cases: [
    ...fiveOf('POST', `${ROOT}/register`, {
      ...V3, before: [experiment], after: [versions], fine: SCORER, missing: ['experiment_id', 'name', 'serialized_scorer'], foreign: { 'an unknown experiment': { experiment_id: '987654' }, 'no number as id': { experiment_id: 'x' } },
      wrong: { 'name is a number': { name: 5 }, 'name is null': { name: null }, 'a blank name': { name: '  ' }, 'no JSON': { serialized_scorer: '{' }, 'a message': { serialized_scorer: {} }, 'a list': { serialized_scorer: '[]' }, 'an empty object': { serialized_scorer: '{}' }, 'code': { serialized_scorer: '{"call_source":"x"}' }, 'code inside': { serialized_scorer: '{"a":[{"call_source":"x"}]}' }, 'a blank model': { serialized_scorer: '{"builtin_scorer_pydantic_data":{"model":" "}}' }, 'a model that is a number': { serialized_scorer: '{"builtin_scorer_pydantic_data":{"model":5}}' } },
    }).map((replayed) => ({ ...replayed, steps: replayed.steps.map((step) => (step.path === `${ROOT}/register` ? { ...step, bind: { scorer: 'scorer_id' } } : step)) })),
    of('POST register: in the Default experiment', post(`${ROOT}/register`, { ...SCORER, experiment_id: '0', name: 'judge-{n}' }, made), get(`${ROOT}/get`, { experiment_id: '0', name: 'judge-{n}' }, V3)),
    of('POST register: a second version', experiment, register, register, versions, get(`${ROOT}/list`, { experiment_id: '<exp>' }, V3)),
    of('POST register: Unicode', experiment, post(`${ROOT}/register`, { ...SCORER, name: 'größe 日本' }, made), get(`${ROOT}/list`, { experiment_id: '<exp>' }, V3)),
    of('POST register: in a deleted experiment', experiment, post('/mlflow/experiments/delete', { experiment_id: '<exp>' }), register, versions, get(`${ROOT}/list`, { experiment_id: '<exp>' }, V3)),
    ...fiveOf('GET', `${ROOT}/versions`, { ...V3, before: [experiment, register], fine: NAMED, missing: ['experiment_id', 'name'], foreign: UNKNOWN }),
    ...fiveOf('GET', `${ROOT}/get`, { ...V3, before: [experiment, register, register], fine: NAMED, missing: ['experiment_id', 'name'], foreign: UNKNOWN, wrong: { 'an old version': { version: '1' }, 'version 0': { version: '0' }, 'an unknown version': { version: '9' }, 'a version that is a text': { version: 'x' }, 'a negative version': { version: '-1' } } }),
    ...each({ 'of one': { experiment_id: '<exp>' }, 'of two': { experiment_ids: ['<exp>', '987654'] }, 'of one and several': { experiment_id: '<exp>', experiment_ids: ['<exp>'] }, 'of an unknown one': { experiment_id: '987654' }, 'of no number': { experiment_id: 'x' }, 'of unknown ones': { experiment_ids: ['987654'] } }, (query) => [experiment, register, post(`${ROOT}/register`, { ...SCORER, name: 'a' }, { ...V3, bind: { other: 'scorer_id' } }), get(`${ROOT}/list`, query, V3)]).map((replayed) => ({ ...replayed, title: `GET list: ${replayed.title}` })),
    of('GET list: on the other mount', experiment, register, get(`${ROOT}/list`, { experiment_id: '<exp>' }, { mount: '/ajax-api/3.0' })),
    of('GET list: of an experiment without', experiment, get(`${ROOT}/list`, { experiment_id: '<exp>' }, V3)),
    ...fiveOf('DELETE', `${ROOT}/delete`, { ...V3, before: [experiment, register, register], after: [versions], fine: NAMED, missing: ['experiment_id', 'name'], foreign: UNKNOWN, wrong: { 'one version': { version: 1 }, 'an unknown version': { version: 9 }, 'version 0': { version: 0 }, 'a version that is a text': { version: 'x' }, 'name is a number': { name: 5 } } }),
    of('DELETE: the last version, and a new one', experiment, register, remove(`${ROOT}/delete`, { ...NAMED, version: 1 }, V3), versions, get(`${ROOT}/get`, NAMED, V3), get(`${ROOT}/list`, { experiment_id: '<exp>' }, V3), register),
    of('GET online-configs: none', experiment, register, get(`${ROOT}/online-configs`, { scorer_ids: '<scorer>' }, V3)),
    of('GET online-configs: of nobody', get(`${ROOT}/online-configs`, { scorer_ids: ['x', 'y'] }, V3)),
    of('GET online-configs: of no id', get(`${ROOT}/online-configs`, {}, V3)),
    of('PUT online-config: switched off', experiment, register, put({ ...NAMED, sample_rate: 0 }), get(`${ROOT}/online-configs`, { scorer_ids: '<scorer>' }, V3)),
    ...each({ 'a rate': { sample_rate: 0.5 }, 'a rate of 2': { sample_rate: 2 }, 'a negative rate': { sample_rate: -1 }, 'an unknown scorer': { sample_rate: 0, name: 'nobody' }, 'an unknown experiment': { sample_rate: 0, experiment_id: '987654' }, 'no rate': {} }, (change) => [experiment, register, put({ ...NAMED, ...change })]).map((replayed) => ({ ...replayed, title: `PUT online-config: ${replayed.title}` })),
  ],
};

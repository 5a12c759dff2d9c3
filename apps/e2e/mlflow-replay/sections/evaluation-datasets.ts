import { each, fiveOf, get, of, patch, post, remove, type Section, type Step } from '../replay-case.js';

const ROOT = '/mlflow/datasets';
const V3 = { mount: '/api/3.0' } as const;
const ONE = `${ROOT}/<set>`;
const json = JSON.stringify;
const experiment = post('/mlflow/experiments/create', { name: 'exp-{n}' }, { bind: { exp: 'experiment_id' } });
const create = post(`${ROOT}/create`, { name: 'set-{n}', tags: json({ a: 'b' }) }, { ...V3, bind: { set: 'dataset.dataset_id', digest: 'dataset.digest' } });
const createIn = post(`${ROOT}/create`, { name: 'set-{n}', experiment_ids: ['<exp>'] }, { ...V3, bind: { set: 'dataset.dataset_id', digest: 'dataset.digest' } });
const upsert = (...records: unknown[]) => post(`${ONE}/records`, { records: json(records) }, V3);
const see = get(ONE, {}, { ...V3, bind: { digest: 'dataset.digest' } });
const count = get(`${ONE}/records`, { max_results: '1' }, V3);
const erase = (path: string, body: unknown = {}): Step => remove(path, body, V3);
const UNKNOWN = { set: 'd-00000000000000000000000000000000' };

/** Records hold ids and times in a text, so that cases compare counts, schemas and profiles; the client's scenario compares the rest. */
export const evaluationDatasets: Section = {
  name: 'evaluation datasets',
  workspaces: true,
  setup: [get(`${ROOT}/search`, { max_results: '5' }, V3)],
  cases: [
    ...fiveOf('POST', `${ROOT}/create`, {
      ...V3, fine: { name: 'set-{n}', tags: json({ 'k': 'v', 'mlflow.user': 'anna' }) }, missing: ['name', 'tags'],
      wrong: { 'name is a number': { name: 5 }, 'name is null': { name: null }, 'tags is a message': { tags: {} }, 'tags is no JSON': { tags: '{' }, 'tags is a list': { tags: '[1]' }, 'experiment_ids is a text': { experiment_ids: 'x' }, 'experiment_ids holds numbers': { experiment_ids: [1] } },
    }).map(bound),
    of('POST create: in an experiment', experiment, createIn, see, get(`${ONE}/experiment-ids`, {}, V3)),
    of('POST create: Unicode', post(`${ROOT}/create`, { name: 'größe 日本 {n}', tags: json({ ü: 'ö' }) }, { ...V3, bind: { set: 'dataset.dataset_id', digest: 'dataset.digest' } }), see),
    of('POST create: a name twice', create, { ...create, bind: { second: 'dataset.dataset_id', digest2: 'dataset.digest' } }),
    of('GET: fine', create, see),
    of('GET: on the other mount', create, { ...see, mount: '/ajax-api/3.0' }),
    of('GET: unknown', get(`${ROOT}/nobody`, {}, V3)),
    of('GET: an id as MLflow makes them', get(`${ROOT}/${UNKNOWN.set}`, {}, V3)),
    of('DELETE: fine', create, upsert({ inputs: { q: 1 } }), erase(ONE), get(ONE, {}, V3), erase(ONE)),
    of('DELETE: on the other mount', create, { ...erase(ONE), mount: '/ajax-api/3.0' }, get(ONE, {}, V3)),
    of('DELETE: unknown', erase(`${ROOT}/nobody`)),
    ...fiveOf('PATCH', `${ONE}/tags`, { ...V3, before: [create], after: [see], fine: { tags: json({ c: 'd', a: 'new' }) }, missing: ['tags'], wrong: { 'a number': { tags: 5 }, 'no JSON': { tags: 'x' }, 'a list': { tags: '[]' }, 'a null value': { tags: json({ a: null, z: 'y' }) } } }),
    of('PATCH tags: unknown', patch(`${ROOT}/nobody/tags`, { tags: '{}' }, V3)),
    of('DELETE a tag', create, erase(`${ONE}/tags/a`), see, erase(`${ONE}/tags/a`), erase(`${ROOT}/nobody/tags/a`)),
    ...fiveOf('POST', `${ONE}/records`, {
      ...V3, before: [create], after: [see], fine: { records: json([{ inputs: { q: 'x', n: 1, f: 1.5, b: true, z: null, l: [1], o: {} }, expectations: { answer: 'y' }, tags: { 'mlflow.user': 'anna' } }]) }, missing: ['records'],
      wrong: { 'a list': { records: [] }, 'no JSON': { records: '[' }, 'an object': { records: '{"a":1}' }, 'a number in a list': { records: '[1]' }, 'inputs is a list': { records: '[{"inputs":[1]}]' }, 'inputs is null': { records: '[{"inputs":null}]' }, 'an unknown source': { records: json([{ inputs: { q: 1 }, source: { source_type: 'MOON' } }]) }, 'expectations is a text': { records: json([{ inputs: { q: 1 }, expectations: 'x' }]) } },
    }),
    ...each<unknown[]>({
      'none': [], 'two': [{ inputs: { q: 1 } }, { inputs: { q: 2 } }], 'the same twice': [{ inputs: { q: 1 } }, { inputs: { q: 1 }, expectations: { a: 1 } }], 'keys in another order': [{ inputs: { a: 1, b: 2 } }, { inputs: { b: 2, a: 1 } }],
      'outputs': [{ inputs: { q: 1 }, outputs: { r: 'x', s: 2 } }], 'outputs of a text': [{ inputs: { q: 1 }, outputs: 'x' }], 'outputs of a list': [{ inputs: { q: 1 }, outputs: [1] }], 'no inputs': [{}], 'empty inputs': [{ inputs: {} }],
      'a source': [{ inputs: { q: 1 }, source: { source_type: 'trace', source_data: { trace_id: 'tr-1' } } }], 'another user': [{ inputs: { q: 1 }, tags: { 'mlflow.user': 'bert' } }],
    }, (records) => [create, upsert(...records), see]).map((replayed) => ({ ...replayed, title: `POST records: ${replayed.title}` })),
    of('POST records: more, and the same again', create, upsert({ inputs: { q: 1 }, expectations: { a: 1 } }), upsert({ inputs: { q: 1 }, expectations: { b: 'x' } }, { inputs: { q: 2, p: 'new' } }), see),
    of('POST records: unknown', post(`${ROOT}/nobody/records`, { records: '[]' }, V3)),
    of('GET records: of an empty dataset', create, count),
    of('GET records: unknown', get(`${ROOT}/nobody/records`, {}, V3)),
    of('DELETE records: unknown ones', create, upsert({ inputs: { q: 1 } }), erase(`${ONE}/records`, { dataset_record_ids: ['dr-1'] }), erase(`${ONE}/records`, { dataset_record_ids: [] }), erase(`${ONE}/records`), see),
    of('DELETE records: wrong', create, erase(`${ONE}/records`, { dataset_record_ids: 'x' }), erase(`${ONE}/records`, { dataset_record_ids: [1] })),
    of('DELETE records: of an unknown dataset', erase(`${ROOT}/nobody/records`, { dataset_record_ids: ['dr-1'] })),
    of('GET experiment-ids: unknown', get(`${ROOT}/nobody/experiment-ids`, {}, V3)),
    ...fiveOf('POST', `${ONE}/add-experiments`, { ...V3, before: [experiment, create], after: [get(`${ONE}/experiment-ids`, {}, V3)], fine: { experiment_ids: ['<exp>'] }, missing: [], wrong: { 'a text': { experiment_ids: 'x' }, 'numbers': { experiment_ids: [1] } }, foreign: { 'an unknown one': { experiment_ids: ['987654'] }, 'none': { experiment_ids: [] } } }),
    of('POST add-experiments: to an unknown dataset', post(`${ROOT}/nobody/add-experiments`, { experiment_ids: [] }, V3)),
    ...fiveOf('POST', `${ONE}/remove-experiments`, { ...V3, before: [experiment, createIn], after: [get(`${ONE}/experiment-ids`, {}, V3)], fine: { experiment_ids: ['<exp>'] }, missing: [], wrong: { 'a text': { experiment_ids: 'x' } }, foreign: { 'one it is not in': { experiment_ids: ['987654'] }, 'none': { experiment_ids: [] } } }),
    of('POST remove-experiments: from an unknown dataset', post(`${ROOT}/nobody/remove-experiments`, { experiment_ids: [] }, V3)),
    ...each({
      'by name': { filter_string: "name = 'set-{n}'" }, 'by a pattern': { filter_string: "name LIKE 'set-{n}%'" }, 'by a list': { filter_string: "name IN ('set-{n}', 'x')" }, 'by a tag': { filter_string: "name = 'set-{n}' AND tags.a = 'b'" }, 'by a tag it lacks': { filter_string: "name = 'set-{n}' AND tags.z != 'b'" }, 'by time': { filter_string: "created_time > 1 AND name = 'set-{n}'" },
      'by nothing that is': { filter_string: "name = 'nobody'" }, 'by a tag with a comparison that is none': { filter_string: "tags.a > 'b'" }, 'by another thing': { filter_string: "params.a = 'b'" }, 'not parsed': { filter_string: 'name' }, 'or': { filter_string: "name = 'a' OR name = 'b'" },
      'ordered': { filter_string: "name = 'set-{n}'", order_by: ['name DESC', 'created_time ASC'] }, 'too many': { max_results: 50_001 }, 'less than none': { max_results: -1 }, 'a text': { max_results: 'x' }, 'in an unknown experiment': { experiment_ids: ['987654'] },
    }, (message) => [create, post(`${ROOT}/search`, message, { ...V3, bind: { digest: 'datasets.0.digest' } })]).map((replayed) => ({ ...replayed, title: `POST search: ${replayed.title}` })),
    of('GET search: in an experiment', experiment, createIn, get(`${ROOT}/search`, { experiment_ids: '<exp>' }, V3)),
    of('POST search: the first of two', experiment, createIn, post(`${ROOT}/create`, { name: 'zzz-{n}', experiment_ids: ['<exp>'] }, { ...V3, bind: { second: 'dataset.dataset_id', digest2: 'dataset.digest' } }), post(`${ROOT}/search`, { experiment_ids: ['<exp>'], max_results: 1, order_by: ['name'] }, V3)),
  ],
};

/** Binds the id and digest of a created dataset, on both sides. */
function bound(replayed: (typeof evaluationDatasets.cases)[number]) {
  return { ...replayed, steps: replayed.steps.map((step) => ({ ...step, bind: { set: 'dataset.dataset_id', digest: 'dataset.digest' } })) };
}

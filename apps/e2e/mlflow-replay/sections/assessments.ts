import { each, fiveOf, get, of, patch, post, remove, type Section } from '../replay-case.js';
import { traced } from './traces.js';

const V3 = { mount: '/api/3.0' } as const;
const ROOT = '/mlflow/traces/tr-judged/assessments';
const WHEN = { create_time: '2025-01-01T00:00:00.123Z', last_update_time: '2025-01-02T00:00:00Z' };
const BASE = { assessment_name: 'good', source: { source_type: 'HUMAN', source_id: 'ann' }, ...WHEN };
const FEEDBACK = { ...BASE, feedback: { value: true } };
const EXPECTATION = { ...BASE, expectation: { value: 'Paris' } };
const create = (assessment: object, bind: Readonly<Record<string, string>> = {}) => post(ROOT, { assessment }, { ...V3, bind });
const feedback = create({ ...FEEDBACK, rationale: 'why', metadata: { a: 'b' } }, { made: 'assessment.assessment_id' });
const expectation = create({ ...EXPECTATION, metadata: { a: 'b' } }, { made: 'assessment.assessment_id' });
const ONE = `${ROOT}/<made>`;
const see = get(ONE, {}, V3);
const text = (length: number) => 'x'.repeat(length);
const change = (assessment: object, update_mask: unknown) => patch(ONE, { assessment, update_mask }, V3);

export const assessments: Section = {
  name: 'assessments',
  setup: [post('/mlflow/experiments/create', { name: 'of assessments' }, { bind: { exp: 'experiment_id' } }), traced('tr-judged'), traced('tr-unjudged')],
  cases: [
    ...fiveOf('POST', ROOT, { ...V3, fine: { assessment: FEEDBACK }, missing: ['assessment'], wrong: { 'a text': { assessment: 'x' }, 'a list': { assessment: [] }, 'a number': { assessment: 5 }, nothing: { assessment: {} } } }),
    ...each<object>({
      'of nothing': BASE, 'of two kinds': { ...FEEDBACK, expectation: { value: 1 } }, 'an empty feedback': { ...BASE, feedback: {} }, 'a null feedback': { ...BASE, feedback: null }, 'feedback is a text': { ...BASE, feedback: 'x' },
      ...Object.fromEntries(([1, 1.5, -0.25, 1e21, 'x', '', false, null, [], [1, 'a', null, 2.5], {}, { camelCase: { b: [1] } }] as unknown[]).flatMap((value) => [[`feedback ${JSON.stringify(value)}`, { ...BASE, feedback: { value } }], [`expectation ${JSON.stringify(value)}`, { ...BASE, expectation: { value } }]])),
      'an error': { ...BASE, feedback: { value: 1, error: { error_code: 'E', error_message: 'm', stack_trace: 's' } } }, 'an error alone': { ...BASE, feedback: { error: { error_code: 'E' } } }, 'an empty error': { ...BASE, feedback: { value: 1, error: {} } }, 'an error without code': { ...BASE, feedback: { value: 1, error: { error_message: 'm' } } }, 'an error beside': { ...FEEDBACK, error: { error_code: 'E' } },
      'serialized': { ...BASE, expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{"a":[1,2.0]}' } } }, 'serialized scalar': { ...BASE, expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '5' } } }, 'serialized as nonsense': { ...BASE, expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{' } } }, 'another serialization': { ...BASE, expectation: { serialized_value: { serialization_format: 'XML', value: '1' } } }, 'serialized without format': { ...BASE, expectation: { serialized_value: { value: '1' } } },
      'an issue': { ...BASE, issue: { issue_name: 'slow' } }, 'an issue without name': { ...BASE, issue: {} },
      'no name': { ...FEEDBACK, assessment_name: undefined }, 'an empty name': { ...FEEDBACK, assessment_name: '' }, 'a name of 250': { ...FEEDBACK, assessment_name: text(250) }, 'a name that is a number': { ...FEEDBACK, assessment_name: 5 },
      'no source': { ...FEEDBACK, source: undefined }, 'a source by number': { ...FEEDBACK, source: { source_type: 2, source_id: 'j' } }, 'a source of nonsense': { ...FEEDBACK, source: { source_type: 'ROBOT' } }, 'a source without id': { ...FEEDBACK, source: { source_type: 'CODE' } }, 'a source without type': { ...FEEDBACK, source: { source_id: 'x' } }, 'a judge': { ...FEEDBACK, source: { source_type: 'LLM_JUDGE', source_id: 'gpt' } },
      'no times': { assessment_name: 'n', source: BASE.source, feedback: { value: 1 } }, 'a time of nonsense': { ...FEEDBACK, create_time: 'soon' },
      'everything': { ...FEEDBACK, span_id: 'abc', rationale: 'because', metadata: { camelCase: 'v', 'mlflow.assessment.sourceRunId': 'run' } }, 'empty texts': { ...FEEDBACK, span_id: '', rationale: '', overrides: '' }, 'metadata is a list': { ...FEEDBACK, metadata: [] }, 'metadata of numbers': { ...FEEDBACK, metadata: { a: 1 } }, 'Unicode': { ...FEEDBACK, rationale: 'größer 日本', feedback: { value: '🎉' } }, 'not valid': { ...FEEDBACK, valid: false }, 'an expectation with a rationale': { ...EXPECTATION, rationale: 'why' }, 'another trace inside': { ...FEEDBACK, trace_id: 'tr-unjudged' },
      'overrides an unknown one': { ...FEEDBACK, overrides: 'a-nix' }, 'an id of its own': { ...FEEDBACK, assessment_id: 'a-own-{n}' },
    }, (assessment) => [create(assessment, { made: 'assessment.assessment_id' }), get('/mlflow/traces/tr-judged/assessments/<made>', {}, V3)]),
    of('POST: unknown trace', post('/mlflow/traces/tr-x/assessments', { assessment: FEEDBACK }, V3)),
    of('an override', feedback, create({ ...FEEDBACK, feedback: { value: false }, overrides: '<made>' }, { later: 'assessment.assessment_id' }), see, remove(`${ROOT}/<later>`, undefined, V3), see),

    of('GET: fine', feedback, see), of('GET: on the other mount', feedback, get(ONE, {}, { mount: '/ajax-api/3.0' })), of('GET: of another trace', feedback, get('/mlflow/traces/tr-unjudged/assessments/<made>', {}, V3)), of('GET: of an unknown trace', feedback, get('/mlflow/traces/tr-x/assessments/<made>', {}, V3)), of('GET: unknown', get(`${ROOT}/a-nix`, {}, V3)), of('GET: long', get(`${ROOT}/${text(300)}`, {}, V3)), of('GET: an expectation', expectation, see),

    ...fiveOf('PATCH', ONE, { ...V3, before: [feedback], after: [see], fine: { assessment: { feedback: { value: 'no' } }, update_mask: 'feedback' }, missing: ['assessment', 'update_mask'], wrong: { 'a text': { assessment: 'x' }, 'a number': { assessment: 5 }, 'a mask of numbers': { update_mask: 5 }, 'a mask in camelCase': { update_mask: undefined, updateMask: 'feedback' }, 'a mask of paths': { update_mask: { paths: ['feedback'] } }, 'a mask with underscores': { update_mask: 'assessment_name', assessment: { assessment_name: 'x' } }, 'an unknown path': { update_mask: 'nix' }, 'a mask with blanks': { update_mask: 'feedback, rationale' } }, foreign: { 'another kind': { assessment: { expectation: { value: 1 } }, update_mask: 'expectation' } } }),
    ...each<[object, string]>({ 'name': [{ assessment_name: 'better' }, 'assessmentName'], 'an empty name': [{}, 'assessmentName'], 'rationale': [{ rationale: 'since' }, 'rationale'], 'no rationale': [{}, 'rationale'], 'metadata': [{ metadata: { c: 'd', a: 'z' } }, 'metadata'], 'no metadata': [{}, 'metadata'], 'several': [{ assessmentName: 'm', feedback: { value: 2 }, rationale: 'unmasked' }, 'assessmentName,feedback'], 'an error': [{ feedback: { error: { error_code: 'E', error_message: 'm' } } }, 'feedback'], 'no feedback': [{}, 'feedback'], 'both kinds': [{ feedback: { value: 1 } }, 'feedback,expectation'], 'unmasked': [{ feedback: { value: 1 }, rationale: 'x' }, 'rationale'], 'source': [{ source: { source_type: 'CODE' } }, 'source'] }, ([assessment, mask]) => [feedback, change(assessment, mask), see]),
    ...each<[object, string]>({ 'value': [{ expectation: { value: 'Rome' } }, 'expectation'], 'serialized': [{ expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '[1]' } } }, 'expectation'], 'to a list': [{ expectation: { value: [1] } }, 'expectation'], 'rationale': [{ rationale: 'x' }, 'rationale'], 'name': [{ assessment_name: 'other' }, 'assessmentName'], 'feedback': [{ feedback: { value: 1 } }, 'feedback'] }, ([assessment, mask]) => [expectation, change(assessment, mask), see]).map(({ title, steps }) => ({ title: `PATCH of an expectation: ${title}`, steps })),
    of('PATCH: unknown', patch(`${ROOT}/a-nix`, { assessment: { rationale: 'x' }, update_mask: 'rationale' }, V3)), of('PATCH: unknown trace', patch('/mlflow/traces/tr-x/assessments/a-nix', { assessment: { rationale: 'x' }, update_mask: 'rationale' }, V3)),
    of('DELETE: fine', feedback, remove(ONE, undefined, V3), see), of('DELETE: twice', feedback, remove(ONE, undefined, V3), remove(ONE, undefined, V3)), of('DELETE: unknown', remove(`${ROOT}/a-nix`, undefined, V3)), of('DELETE: unknown trace', remove('/mlflow/traces/tr-x/assessments/a-nix', undefined, V3)), of('DELETE: of another trace', feedback, remove('/mlflow/traces/tr-unjudged/assessments/<made>', undefined, V3), see),
    of('shown with the trace', feedback, remove(ONE, undefined, V3), get('/mlflow/traces/tr-unjudged', {}, V3)),
  ],
};

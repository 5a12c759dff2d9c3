import { each, fiveOf, get, of, post, raw, type Section } from '../replay-case.js';

const CREATE = '/mlflow/experiments/create';
const GET = '/mlflow/experiments/get';
const fresh = (name: string) => post(CREATE, { name: `${name}-{n}` }, { bind: { fresh: 'experiment_id' } });
const seeFresh = get(GET, { experiment_id: '<fresh>' });
const ABSENT = { 'an unknown id': { experiment_id: '999999999' }, 'an id that is no number': { experiment_id: 'abc' }, 'an id of signs': { experiment_id: "x' OR 1=1" } };
const NOT_TEXT = { 'a number': { experiment_id: 5 }, 'a list': { experiment_id: ['x'] }, 'a truth value': { experiment_id: true }, 'null': { experiment_id: null } };

export const experiments: Section = {
  name: 'experiments',
  setup: [
    post(CREATE, { name: 'replayed', tags: [{ key: 'team', value: 'a' }, { key: 'ünïcode', value: '日本語 🚀' }] }, { bind: { exp: 'experiment_id' } }),
    post(CREATE, { name: 'gone' }, { bind: { gone: 'experiment_id' } }),
    post('/mlflow/experiments/delete', { experiment_id: '<gone>' }),
  ],
  cases: [
    ...fiveOf('POST', CREATE, {
      fine: { name: 'made-{n}', tags: [{ key: 'a', value: '1' }] },
      missing: ['name'],
      wrong: { 'name is a number': { name: 5 }, 'name is a list': { name: ['x'] }, 'name is null': { name: null }, 'tags is a text': { tags: 'x' }, 'tags is an object': { tags: { key: 'a', value: 'b' } }, 'a tag is a text': { tags: ['x'] }, 'artifact_location is a number': { artifact_location: 5 } },
      over: { 'a name of 501 signs': { name: 'n'.repeat(501) }, 'a tag key of 251 signs': { tags: [{ key: 'k'.repeat(251), value: 'v' }] }, 'a tag value of 20001 signs': { tags: [{ key: 'k', value: 'v'.repeat(20_001) }] }, 'a location of 2050 signs': { artifact_location: `s3://b/${'x'.repeat(2050)}` } },
      foreign: { 'a name that is taken': { name: 'replayed' }, 'the name of a deleted one': { name: 'gone' } },
    }),
    ...each(
      {
        'a name of 500 signs': { name: `{n}${'n'.repeat(490)}` },
        'a name in Unicode': { name: 'exp ünï 日本 🚀 {n}' },
        'a name of blanks': { name: '   ' },
        'a name with a slash and quotes': { name: `a/b "c" 'd' {n}` },
        'a name with a line break': { name: 'a\nb{n}' },
        'the same tag twice': { name: 'twice-{n}', tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] },
        'a tag without value': { name: 'novalue-{n}', tags: [{ key: 'a' }] },
        'a tag without key': { name: 'nokey-{n}', tags: [{ value: 'a' }] },
        'an empty list of tags': { name: 'notags-{n}', tags: [] },
        'tags null': { name: 'nulltags-{n}', tags: null },
        'a location of its own': { name: 'located-{n}', artifact_location: 's3://bucket/a/b' },
        'an empty location': { name: 'emptyloc-{n}', artifact_location: '' },
        'a location with a fragment': { name: 'frag-{n}', artifact_location: 's3://bucket/a#b' },
        'a location with a query': { name: 'query-{n}', artifact_location: 's3://bucket/a?b=..' },
        'a location that climbs': { name: 'climb-{n}', artifact_location: 's3://bucket/../a' },
        'both spellings of a field': { name: 'both-{n}', artifact_location: 's3://a/b', artifactLocation: 's3://c/d' },
        'the other spelling of a field': { name: 'camel-{n}', artifactLocation: 's3://c/d' },
      },
      (message) => [post(CREATE, message, { bind: { made: 'experiment_id' } }), get(GET, { experiment_id: '<made>' })],
    ),
    of('POST create: a broken body', raw('POST', CREATE, '{"name": ')),
    of('POST create: a list as body', raw('POST', CREATE, '[1]')),
    of('POST create: null as body', raw('POST', CREATE, 'null')),
    of('POST create: a number as body', raw('POST', CREATE, '7')),
    of('POST create: another content type', raw('POST', CREATE, '{"name":"x-{n}"}', { headers: { 'content-type': 'text/plain' } })),
    of('POST create: JSON with a charset', raw('POST', CREATE, '{"name":"charset-{n}"}', { headers: { 'content-type': 'application/json; charset=utf-8' } })),
    ...fiveOf('GET', GET, { fine: { experiment_id: '<exp>' }, missing: ['experiment_id'], foreign: ABSENT, over: { 'an id of 40 digits': { experiment_id: '9'.repeat(40) }, 'an id of 65 signs': { experiment_id: 'a'.repeat(65) } }, wrong: { 'two ids': { experiment_id: ['<exp>', '<gone>'] }, 'a negative id': { experiment_id: '-1' }, 'a fraction': { experiment_id: '1.5' } } }),
    of('GET get: a deleted experiment', get(GET, { experiment_id: '<gone>' })),
    of('GET get: Default', get(GET, { experiment_id: '0' })),
    of('GET get: the id in a body', { verb: 'POST', path: GET, body: { experiment_id: '<exp>' } }),
    ...fiveOf('GET', '/mlflow/experiments/get-by-name', { fine: { experiment_name: 'replayed' }, missing: ['experiment_name'], foreign: { 'an unknown name': { experiment_name: 'nobody' }, 'a deleted experiment': { experiment_name: 'gone' }, 'another case': { experiment_name: 'REPLAYED' }, 'quotes': { experiment_name: "it's \"x\"" } }, over: { 'a long name': { experiment_name: 'n'.repeat(600) } } }),
    ...fiveOf('POST', '/mlflow/experiments/delete', { before: [fresh('del')], after: [seeFresh], fine: { experiment_id: '<fresh>' }, missing: ['experiment_id'], foreign: ABSENT, wrong: NOT_TEXT, over: { 'an id of 40 digits': { experiment_id: '9'.repeat(40) } } }),
    of('POST delete: twice', fresh('del2'), post('/mlflow/experiments/delete', { experiment_id: '<fresh>' }), post('/mlflow/experiments/delete', { experiment_id: '<fresh>' })),
    of('POST delete: takes its runs along', fresh('cascade'), post('/mlflow/runs/create', { experiment_id: '<fresh>', run_name: 'r', start_time: 5 }, { bind: { r: 'run.info.run_id' } }), post('/mlflow/experiments/delete', { experiment_id: '<fresh>' }), get('/mlflow/runs/get', { run_id: '<r>' }), post('/mlflow/runs/create', { experiment_id: '<fresh>' }), post('/mlflow/runs/restore', { run_id: '<r>' }), post('/mlflow/experiments/restore', { experiment_id: '<fresh>' }), get('/mlflow/runs/get', { run_id: '<r>' })),
    ...fiveOf('POST', '/mlflow/experiments/restore', { before: [fresh('res'), post('/mlflow/experiments/delete', { experiment_id: '<fresh>' })], after: [seeFresh], fine: { experiment_id: '<fresh>' }, missing: ['experiment_id'], foreign: ABSENT, wrong: NOT_TEXT }),
    of('POST restore: an active one', fresh('act'), post('/mlflow/experiments/restore', { experiment_id: '<fresh>' })),
    ...fiveOf('POST', '/mlflow/experiments/update', { before: [fresh('upd')], after: [seeFresh], fine: { experiment_id: '<fresh>', new_name: 'renamed-{n}' }, missing: ['experiment_id', 'new_name'], wrong: { ...NOT_TEXT, 'new_name is a number': { new_name: 7 } }, foreign: { ...ABSENT, 'a name that is taken': { new_name: 'replayed' } }, over: { 'a name of 501 signs': { new_name: 'n'.repeat(501) } } }),
    of('POST update: a deleted one', post('/mlflow/experiments/update', { experiment_id: '<gone>', new_name: 'other' })),
    of('POST update: Default is renamed and back', post('/mlflow/experiments/update', { experiment_id: '0', new_name: 'NotDefault' }), get(GET, { experiment_id: '0' }), post('/mlflow/experiments/update', { experiment_id: '0', new_name: 'Default' })),
    ...fiveOf('POST', '/mlflow/experiments/set-experiment-tag', {
      before: [fresh('tag')], after: [seeFresh],
      fine: { experiment_id: '<fresh>', key: 'k', value: 'v' }, missing: ['experiment_id', 'key', 'value'],
      wrong: { ...NOT_TEXT, 'key is a number': { key: 5 }, 'value is a number': { value: 5 }, 'value is null': { value: null }, 'a key with a colon': { key: 'a:b' }, 'a key with a dollar': { key: 'a$b' } },
      over: { 'a key of 251 signs': { key: 'k'.repeat(251) }, 'a value of 20001 signs': { value: 'v'.repeat(20_001) } }, foreign: ABSENT,
    }),
    of('POST set-experiment-tag: a deleted one', post('/mlflow/experiments/set-experiment-tag', { experiment_id: '<gone>', key: 'a', value: 'b' })),
    of('POST set-experiment-tag: overwritten', fresh('tag2'), post('/mlflow/experiments/set-experiment-tag', { experiment_id: '<fresh>', key: 'a', value: '1' }), post('/mlflow/experiments/set-experiment-tag', { experiment_id: '<fresh>', key: 'a', value: '2' }), seeFresh),
    ...fiveOf('POST', '/mlflow/experiments/delete-experiment-tag', { before: [fresh('untag'), post('/mlflow/experiments/set-experiment-tag', { experiment_id: '<fresh>', key: 'a', value: '1' })], after: [seeFresh], fine: { experiment_id: '<fresh>', key: 'a' }, missing: ['experiment_id', 'key'], wrong: NOT_TEXT, foreign: { ...ABSENT, 'an unknown key': { key: 'nix' } }, over: { 'a long key': { key: 'k'.repeat(300) } } }),
  ],
};

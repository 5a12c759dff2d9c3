import { each, fiveOf, get, of, patch, post, remove, type Section } from '../replay-case.js';

const ROOT = '/mlflow/webhooks';
const URL_OF_ALL = 'https://8.8.8.8/hook';
const EVENT = { entity: 'REGISTERED_MODEL', action: 'CREATED' };
const HOOK = { name: 'hook-{n}', url: URL_OF_ALL, events: [EVENT] };
const create = post(ROOT, { ...HOOK, description: 'about', secret: 's' }, { bind: { hook: 'webhook.webhook_id' } });
const see = get(`${ROOT}/<hook>`);
const bound = { bind: { hook: 'webhook.webhook_id' } };
const NAMES = { 'an upper-case letter': 'Hook', 'a dot at the end': 'hook.', '63 signs': 'a'.repeat(63), '64 signs': 'a'.repeat(64), 'a blank': 'a b', 'dots and dashes': 'a.b-c_d', 'one sign': 'a', 'Unicode': 'hök' };
const URLS = {
  'http': 'http://8.8.8.8/x', 'ftp': 'ftp://8.8.8.8/x', 'loopback': 'https://127.0.0.1/x', 'loopback in IPv6': 'https://[::1]/x', 'a private address': 'https://10.0.0.1/x', 'metadata of a cloud': 'https://169.254.169.254/latest',
  'blanks': '   ', 'a port': 'https://8.8.8.8:8443/x?y=z',
};
const pair = (entity: string, action: string) => ({ entity, action });
const EVENTS = {
  'a model that is updated': pair('REGISTERED_MODEL', 'UPDATED'), 'a tag that is set': pair('MODEL_VERSION_TAG', 'SET'), 'a tag that is created': pair('MODEL_VERSION_TAG', 'CREATED'), 'an alias': pair('PROMPT_ALIAS', 'DELETED'),
  'a budget': pair('BUDGET_POLICY', 'EXCEEDED'), 'a budget that is created': pair('BUDGET_POLICY', 'CREATED'), 'an unknown entity': pair('RUN', 'CREATED'), 'no action': { entity: 'PROMPT' }, 'nothing': {}, 'numbers': { entity: 5, action: 1 }, 'lower case': pair('prompt', 'created'),
};

export const webhooks: Section = {
  name: 'webhooks',
  setup: [get(ROOT)],
  cases: [
    ...fiveOf('POST', ROOT, {
      fine: { ...HOOK, description: 'about', secret: 's', status: 'ACTIVE' }, missing: ['name', 'url', 'description', 'secret', 'status'],
      wrong: { 'name is a number': { name: 5 }, 'name is null': { name: null }, 'url is a list': { url: [] }, 'events is a text': { events: 'x' }, 'no events': { events: [] }, 'events is null': { events: null }, 'secret is a number': { secret: 5 }, 'status is unknown': { status: 'SLEEPING' }, 'status is a number': { status: 2 }, 'description is a number': { description: 5 } },
    }).map(withId),
    ...each(NAMES, (name) => [post(ROOT, { ...HOOK, name }, bound)]),
    ...each(URLS, (url) => [post(ROOT, { ...HOOK, url }, bound)]).map((replayed) => ({ ...replayed, title: `POST: ${replayed.title}` })),
    ...each(EVENTS, (event) => [post(ROOT, { ...HOOK, events: [event] }, bound)]).map((replayed) => ({ ...replayed, title: `POST: ${replayed.title}` })),
    of('POST: a name twice', create, post(ROOT, HOOK, { bind: { second: 'webhook.webhook_id' } })),
    of('GET: fine', create, see),
    of('GET: on the other mount', create, get(`${ROOT}/<hook>`, {}, { mount: '/ajax-api/2.0' })),
    of('GET: unknown', get(`${ROOT}/nobody`)),
    of('GET: of an id as MLflow makes them', get(`${ROOT}/00000000-0000-0000-0000-000000000000`)),
    ...each({ 'zero': '0', 'too many': '1001', 'less than one': '-1', 'a text': 'x', 'a broken token': '1' }, (max) => [get(ROOT, max === '1' ? { max_results: '1', page_token: 'broken' } : { max_results: max })]).filter(({ title }) => title !== 'zero'),
    of('GET all: a page and the next', create, { ...create, bind: { second: 'webhook.webhook_id' } }, get(ROOT, { max_results: '1' }, { bind: { token: 'next_page_token' } })),
    ...fiveOf('PATCH', `${ROOT}/<hook>`, {
      before: [create], after: [see], fine: { name: 'renamed', description: 'new', url: 'https://8.8.4.4/', secret: 't', status: 'DISABLED', events: [pair('PROMPT', 'CREATED')] }, missing: ['name', 'description', 'url', 'secret', 'status', 'events'],
      wrong: { 'name is a number': { name: 5 }, 'events is a text': { events: 'x' }, 'no events': { events: [] }, 'status is unknown': { status: 'SLEEPING' }, 'a bad name': { name: 'a b' }, 'a private address': { url: 'https://192.168.0.1/' }, 'a bad event': { events: [pair('PROMPT', 'SET')] } },
    }),
    of('PATCH: nothing', create, patch(`${ROOT}/<hook>`, {}), see),
    of('PATCH: unknown', patch(`${ROOT}/nobody`, { name: 'x' })),
    of('DELETE: fine', create, remove(`${ROOT}/<hook>`, {}), see, remove(`${ROOT}/<hook>`, {})),
    of('DELETE: on the other mount', create, remove(`${ROOT}/<hook>`, {}, { mount: '/ajax-api/2.0' }), see),
    of('DELETE: unknown', remove(`${ROOT}/nobody`, {})),
    of('POST test: unknown', post(`${ROOT}/nobody/test`, {})),
    of('POST test: an event that is none', create, post(`${ROOT}/<hook>/test`, { event: pair('PROMPT', 'SET') })),
    of('POST test: an event of nothing', create, post(`${ROOT}/<hook>/test`, { event: {} })),
    of('POST test: the event is a text', create, post(`${ROOT}/<hook>/test`, { event: 'x' })),
    of('POST test: no JSON type', create, { verb: 'POST', path: `${ROOT}/<hook>/test`, raw: '{}', headers: { 'content-type': 'text/plain' } }),
  ],
};

/** Ids that creations answer are bound, so that both sides compare. */
function withId(replayed: (typeof webhooks.cases)[number]) {
  return { ...replayed, steps: replayed.steps.map((step) => ({ ...step, ...bound })) };
}

import { removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';

let yard: Modelyard;
let token: string;
let trackingUri: string;

beforeAll(async () => {
  yard = await startModelyard({ env: { MODELYARD_AUTH: 'required' } });
}, 120_000);

afterAll(async () => {
  await yard?.stop();
  if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
});

const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });
const experiments = (base: string, headers: Record<string, string> = {}) => get(`${base}/api/2.0/mlflow/experiments/search?max_results=5`, headers);
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const basic = (value: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${value}`).toString('base64')}` });

describe('required mode', () => {
  it('lets the operator at the machine make the first organization from the command line', async () => {
    const { code, output } = await runCommand(['org', 'create', 'acme', '--owner', 'ada'], yard.env);
    expect(output).toMatch(/^Organization {2}acme$/m);
    expect(code).toBe(0);
    trackingUri = /^Tracking URI +(\S+)/m.exec(output)?.[1] ?? '';
    token = /^Token +(my_\S+)/m.exec(output)?.[1] ?? '';
    expect(trackingUri).toBe(`${yard.url}/orgs/acme`);
    expect(token).toMatch(/^my_[0-9a-z]{16}_[0-9a-z]{52}$/);
  });

  it.each([
    ['no credential', {}],
    ['a token of the wrong shape', bearer('x')],
    ['a token that does not exist', bearer(`my_${'0'.repeat(16)}_${'0'.repeat(52)}`)],
    ['another scheme', { authorization: 'Digest x' }],
  ])('answers 401 to %s', async (_title, headers) => {
    const response = await experiments(`${yard.url}/orgs/acme`, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic/);
  });

  it('takes the token as Bearer and as the password of HTTP Basic, under the prefix and without it', async () => {
    for (const base of [trackingUri, yard.url, `${trackingUri}/projects/default`]) {
      for (const headers of [bearer(token), basic(token)]) expect((await experiments(base, headers)).status).toBe(200);
    }
  });

  it('says NOT_FOUND when token and prefix disagree, and 400 when prefix and workspace header do', async () => {
    expect((await experiments(`${yard.url}/orgs/other`, bearer(token))).status).toBe(404);
    expect((await experiments(`${yard.url}/orgs/acme/projects/nix`, bearer(token))).status).toBe(404);
    expect((await experiments(`${trackingUri}/projects/default`, { ...bearer(token), 'x-mlflow-workspace': 'nix' })).status).toBe(400);
  });

  it('leaves health, version and server-info open', async () => {
    for (const path of ['/health', '/version', '/api/3.0/mlflow/server-info']) expect((await get(`${yard.url}${path}`)).status).toBe(200);
  });

  it('ends a revoked token within seconds', async () => {
    const graphql = async (query: string) => (await (await fetch(`${yard.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...bearer(token) }, body: JSON.stringify({ query }) })).json()) as { data: Record<string, { text: string; token: { id: string } }> };
    const { data } = await graphql('mutation { createToken(input: { name: "short" }) { text token { id } } }');
    const { text, token: made } = data['createToken'] ?? { text: '', token: { id: '' } };
    expect((await experiments(yard.url, bearer(text))).status).toBe(200);
    await graphql(`mutation { revokeToken(input: { id: "${made.id}" }) { token { revokedAt } } }`);
    expect((await experiments(yard.url, bearer(text))).status).toBe(401);
  });

  it('gives a browser a cookie that scripts cannot read, and takes it', async () => {
    const response = await fetch(`${yard.url}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await experiments(yard.url, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
    expect((await experiments(yard.url, { cookie: cookie.split(';')[0] ?? '', origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('the audit log', () => {
  it('holds the changes, sealed and verified from the command line', async () => {
    for (let tries = 0; tries < 50; tries += 1) {
      const { code, output } = await runCommand(['audit', 'verify', '--org', 'acme'], yard.env);
      if (/ok {4}acme: [3-9]\d* events sealed, \d+ signed checkpoints, 0 not sealed yet/.test(output)) return expect(code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error((await runCommand(['audit', 'verify', '--org', 'acme'], yard.env)).output);
  }, 60_000);
});

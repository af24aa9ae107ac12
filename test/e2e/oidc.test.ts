import { describe, expect, it } from 'vitest';
import type { ModelServerOptions } from '../helpers/model-server.js';
import { makeServedProject, type ServedOptions } from '../helpers/served-project.js';
import { jwt, startTokenServer, type TokenAnswer, type TokenServer } from '../helpers/token-server.js';

const VENDOR = {
  openai: { OPENAI_IDENTITY_PROVIDER_ID: 'idp_1', OPENAI_SERVICE_ACCOUNT_ID: 'sa_1' },
  anthropic: {
    ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_1',
    ANTHROPIC_ORGANIZATION_ID: 'org_1',
    ANTHROPIC_SERVICE_ACCOUNT_ID: 'svac_1',
  },
};
type Vendor = keyof typeof VENDOR;

/** A project whose provider exchanges tokens; `env` goes beside what the vendor needs. */
async function makeOidcProject(
  tokens: TokenServer,
  env: Readonly<Record<string, string>>,
  { vendor = 'openai' as Vendor, server = {} as ModelServerOptions, options = {} as ServedOptions } = {},
) {
  const served = await makeServedProject(server, options);
  const { openaiBaseUrl, anthropicBaseUrl } = served.server;
  await served.project.write('llmci.yaml', {
    providers: {
      fake: {
        type: vendor,
        auth: 'oidc',
        baseUrl: vendor === 'openai' ? openaiBaseUrl : anthropicBaseUrl,
        tokenUrl: `${tokens.url}/token`,
        ...options.provider,
      },
    },
    ...options.config,
  });
  const all = { ...VENDOR[vendor], ...env };
  const llmci = (...args: string[]) => served.llmci(args, { env: all });
  const record = async (...args: string[]) => (await served.record(['eval', ...args], { env: all })).record;
  return { ...served, llmci, record };
}

const refusal = (status: number, body: object | string): TokenAnswer => ({ status, body });

describe.each(['openai', 'anthropic'] as const)('%s', (vendor) => {
  it("exchanges GitHub's identity token once for all calls, and sends no other key", async () => {
    const tokens = await startTokenServer();
    const { record, server } = await makeOidcProject(tokens, tokens.githubEnv, { vendor });
    expect(await record()).toMatchObject({ verdict: 'pass', usage: { calls: { live: 10 } } });
    expect(tokens.asked.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['GET', 'Bearer request-token-4720'],
    ]);
    const audience = vendor === 'openai' ? 'https://api.openai.com/v1' : 'https://api.anthropic.com';
    const token = jwt({ iss: 'https://issuer', aud: audience, sub: 'repo:o/r:pull_request' });
    expect(tokens.exchanges.map(({ body }) => body)).toEqual([
      vendor === 'openai'
        ? {
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
            subject_token: token,
            identity_provider_id: 'idp_1',
            service_account_id: 'sa_1',
          }
        : {
            grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            assertion: token,
            federation_rule_id: 'fdrl_1',
            organization_id: 'org_1',
            service_account_id: 'svac_1',
          },
    ]);
    for (const { headers } of server.calls) {
      expect(headers).toMatchObject({ authorization: 'Bearer access-token-1' });
      expect(headers).not.toHaveProperty('x-api-key');
      if (vendor === 'anthropic') expect(headers['anthropic-beta']).toBe('oauth-2025-04-20');
    }
  });

  it('sends batches with the token too', async () => {
    const tokens = await startTokenServer();
    const { record, server } = await makeOidcProject(tokens, tokens.githubEnv, { vendor });
    expect(await record('--batch')).toMatchObject({ verdict: 'pass' });
    expect(tokens.exchanges).toHaveLength(1);
    expect(server.calls.filter(({ headers }) => headers['x-api-key'] !== undefined)).toEqual([]);
  });
});

it('renews tokens within a run, of which each is used while it is good', async () => {
  let issued = '';
  const tokens = await startTokenServer({
    exchange: (n) => {
      issued = `access-token-${n}`;
      return { body: { access_token: issued, expires_in: 0.3 } };
    },
  });
  const server: ModelServerOptions = {
    respond: ({ lastUserText }) => ({ kind: 'text', text: lastUserText, delayMs: 100 }),
  };
  const { record, server: model } = await makeOidcProject(tokens, tokens.githubEnv, {
    server,
    options: { provider: { concurrency: 1 } },
  });
  expect(await record()).toMatchObject({ verdict: 'pass' });
  expect(tokens.exchanges.length).toBeGreaterThan(2);
  expect(model.calls.at(-1)?.headers.authorization).not.toBe('Bearer access-token-1');
});

it('gets a new token once when the service no longer takes the one it had', async () => {
  const tokens = await startTokenServer();
  const server: ModelServerOptions = {
    respond: ({ headers, lastUserText }) =>
      headers['authorization'] === 'Bearer access-token-1'
        ? { kind: 'status', status: 401 }
        : { kind: 'text', text: lastUserText },
  };
  const { record } = await makeOidcProject(tokens, tokens.githubEnv, { server });
  expect(await record()).toMatchObject({ verdict: 'pass', results: expect.not.arrayContaining([{ output: null }]) });
  expect(tokens.exchanges).toHaveLength(2);
});

it('says so when the service takes no token at all', async () => {
  const tokens = await startTokenServer();
  const server: ModelServerOptions = { respond: () => ({ kind: 'status', status: 401 }) };
  const { record } = await makeOidcProject(tokens, tokens.githubEnv, { server });
  const { results, exitCode } = await record();
  expect(exitCode).toBe(3);
  expect(results[0]?.error).toMatchObject({ kind: 'auth', message: expect.stringContaining('just exchanged') });
});

it.each([
  [
    400,
    { error: 'invalid_grant', error_description: 'audience does not match' },
    'invalid_grant: audience does not match',
  ],
  [401, { error: { type: 'authentication_error', message: 'no rule matches' } }, 'no rule matches'],
  [403, { error: 'access_denied' }, 'access_denied'],
  [404, '<html>Not found</html>', 'HTTP 404'],
])('a refusal with %d is an error of auth that says what to check', async (status, body, said) => {
  const tokens = await startTokenServer({ exchange: () => refusal(status, body) });
  const { record, server } = await makeOidcProject(tokens, tokens.githubEnv);
  const { results, exitCode } = await record();
  expect(exitCode).toBe(3);
  const { error } = results[0] ?? {};
  expect(error?.kind).toBe('auth');
  expect(error?.message).toContain(said);
  expect(error?.message).toContain('aud https://api.openai.com/v1, sub repo:o/r:pull_request');
  expect(error?.message).toContain(
    'Check that the Workload Identity Provider at OpenAI has this issuer and this audience',
  );
  // It is not asked again for each of ten cases
  expect(tokens.exchanges).toHaveLength(1);
  expect(server.calls).toEqual([]);
});

it('asks for the audience that the entry names', async () => {
  const tokens = await startTokenServer({
    exchange: (_, { body }) =>
      body['subject_token'] === jwt({ iss: 'https://issuer', aud: 'https://mine', sub: 'repo:o/r:pull_request' })
        ? { body: { access_token: 'access-token-1', expires_in: '3600' } }
        : refusal(400, { error: 'invalid_grant' }),
  });
  const options = { provider: { audience: 'https://mine' } };
  const { record } = await makeOidcProject(tokens, tokens.githubEnv, { options });
  expect(await record()).toMatchObject({ verdict: 'pass' });
});

it.each([429, 503])('an endpoint that answers %d is asked again', async (status) => {
  const tokens = await startTokenServer({
    exchange: (n) =>
      n === 1
        ? { status, headers: { 'retry-after': '0' }, body: { error: 'later' } }
        : { body: { access_token: 'access-token-2', expires_in: 3600 } },
  });
  const { record } = await makeOidcProject(tokens, tokens.githubEnv);
  expect(await record()).toMatchObject({ verdict: 'pass' });
});

it('an endpoint that is down is an error of the network, and no call is made', async () => {
  const tokens = await startTokenServer();
  const options = { provider: { tokenUrl: 'http://env:TOKENS/token', retries: 0 } };
  const env = { ...tokens.githubEnv, TOKENS: '127.0.0.1:9' };
  const { record, server } = await makeOidcProject(tokens, env, { options });
  const { results, exitCode } = await record();
  expect(exitCode).toBe(3);
  expect(results[0]?.error).toMatchObject({
    kind: 'network',
    message: expect.stringContaining('no access token: nothing answers at 127.0.0.1:9'),
  });
  expect(server.calls).toEqual([]);
});

it('waits for an endpoint whose clock is a little behind, and says so when it is far behind', async () => {
  let notBefore = 0;
  const identity = () => {
    notBefore = Math.floor(Date.now() / 1000);
    return { body: { value: jwt({ aud: 'a', sub: 's', nbf: notBefore }) } };
  };
  // By the token, not by the time of the answer: that may be a second later on a busy machine
  const clock = (behind: number) => new Date((notBefore - behind) * 1000).toUTCString();
  let behind = 1;
  const tokens = await startTokenServer({
    identity,
    exchange: (n) =>
      n === 1 || behind > 60
        ? { status: 401, headers: { date: clock(behind) }, body: { error: 'invalid_grant' } }
        : { body: { access_token: 'access-token-2', expires_in: 3600 } },
  });
  const { record } = await makeOidcProject(tokens, tokens.githubEnv);
  const first = await record();
  expect(first.results[0]?.error ?? null).toBeNull();
  expect(first.verdict).toBe('pass');
  behind = 3600;
  const { results } = await record('--no-cache');
  expect(results[0]?.error?.kind).toBe('auth');
  expect(results[0]?.error?.message).toContain('not valid yet by its clock');
});

it('reads a file anew for each exchange, and a variable as it is', async () => {
  const tokens = await startTokenServer({
    exchange: (n) => ({ body: { access_token: `access-token-${n}`, expires_in: n === 1 ? 0.001 : 3600 } }),
  });
  const env = { OPENAI_IDENTITY_TOKEN_FILE: 'token.jwt' };
  const made = await makeOidcProject(tokens, env);
  await made.project.write('token.jwt', 'identity-token-1\n');
  expect(await made.record('--case', 'c1')).toMatchObject({ verdict: 'pass' });
  await made.project.write('token.jwt', 'identity-token-2\n');
  expect(await made.record('--case', 'c2')).toMatchObject({ verdict: 'pass' });
  const sent = tokens.exchanges.map(({ body }) => body['subject_token']);
  expect([sent[0], sent.at(-1)]).toEqual(['identity-token-1', 'identity-token-2']);

  const gitlab = await makeOidcProject(tokens, { GITLAB_CI: 'true', OPENAI_IDENTITY_TOKEN: 'identity-token-3' });
  expect(await gitlab.record()).toMatchObject({ verdict: 'pass' });
  expect(tokens.exchanges.at(-1)?.body['subject_token']).toBe('identity-token-3');
});

describe('before anything is sent', () => {
  it.each([
    ['a variable of the vendor', { OPENAI_SERVICE_ACCOUNT_ID: '' }, 'OPENAI_SERVICE_ACCOUNT_ID is not set'],
    [
      'a token, from a fork',
      { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request' },
      'GitHub gives none to a pull request from a fork',
    ],
    [
      'a token, on a push',
      { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push' },
      'Give the job `permissions: id-token: write`',
    ],
    ['a token, in GitLab', { GITLAB_CI: 'true' }, 'Give the job `id_tokens: OPENAI_IDENTITY_TOKEN: aud:'],
    [
      'the file',
      { OPENAI_IDENTITY_TOKEN_FILE: 'none.jwt' },
      'OPENAI_IDENTITY_TOKEN_FILE names none.jwt, which is not there',
    ],
  ])('it is said that %s is missing', async (_, env, said) => {
    const tokens = await startTokenServer();
    const { llmci } = await makeOidcProject(tokens, env);
    const { code, stderr } = await llmci('eval');
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('Nothing was sent');
  });

  it('dry runs and replays exchange nothing', async () => {
    const tokens = await startTokenServer();
    const { llmci } = await makeOidcProject(tokens, tokens.githubEnv);
    await llmci('eval', '--dry-run');
    await llmci('plan');
    await llmci('eval', '--replay');
    await llmci('validate');
    expect([...tokens.asked, ...tokens.exchanges]).toEqual([]);
  });

  it.each([
    [{ apiKey: 'env:FAKE_KEY' }, 'either auth: oidc or apiKey, not both'],
    [{ headers: { Authorization: 'env:FAKE_KEY' } }, 'leave out the header Authorization'],
    [{ tokenUrl: 'http://tokens.example/token' }, 'an identity token goes over https:// only'],
    [{ auth: undefined, tokenUrl: 'https://tokens.example/token' }, 'only with auth: oidc'],
  ])('an entry that contradicts itself is refused: %j', async (provider, said) => {
    const tokens = await startTokenServer();
    const { llmci } = await makeOidcProject(tokens, {}, { options: { provider } });
    const { code, stdout, stderr } = await llmci('validate');
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(said);
  });
});

it('no token stands in a file or on a stream, whatever the services repeat', async () => {
  const identity = jwt({ aud: 'a', sub: 'canary-of-an-identity' });
  const tokens = await startTokenServer({
    identity: () => ({ body: { value: identity } }),
    exchange: (n, { body }) =>
      n === 1
        ? { status: 503, body: { error: { message: `${body['subject_token']}` } } }
        : { body: { access_token: 'canary-of-an-access-token-4721', expires_in: 3600 } },
  });
  const server: ModelServerOptions = {
    respond: ({ headers, lastUserText }) => {
      const said = `ok ${headers['authorization']} ${identity}`;
      return lastUserText === 'ok 3' ? { kind: 'status', status: 400, body: said } : { kind: 'text', text: said };
    },
  };
  const suite = { cassette: '../fixtures/reply.cassette.jsonl' };
  const { llmci, project } = await makeOidcProject(tokens, tokens.githubEnv, { server, options: { suite } });
  const results = [
    await llmci('eval', '--record', '--reporter', 'json=r.json', '--reporter', 'junit=r.xml'),
    await llmci('report', 'latest'),
  ];
  const texts = [...results.map(({ stdout, stderr }) => stdout + stderr)];
  for (const path of await project.list()) texts.push(await project.read(path));
  for (const secret of ['canary-of-an-access-token-4721', identity, 'request-token-4720'])
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  expect(await project.read('r.json')).toContain('[redacted]');
  expect((await project.list()).join()).toContain('reply.cassette.jsonl');
});

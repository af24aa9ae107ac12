import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../helpers/certificate.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { startProxy } from '../helpers/proxy-server.js';

// The way to a service through a proxy that the environment names. Only the proxy knows where service.test is.

const HOST = 'service.test';
const certificate = makeCertificate(HOST);
const ENV = { OWN_KEY: 'key-of-the-test' };
const LOGIN = 'user:pa%40ssword';
const BASIC = `Basic ${Buffer.from('user:pa@ssword').toString('base64')}`;
const ANSWER = {
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** A service, and a project that calls it by a name. */
async function setUp({ tls, host = HOST }: { readonly tls: boolean; readonly host?: string }) {
  const keys: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    keys.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(ANSWER));
  };
  const files = certificate && { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
  const server = tls ? createTlsServer({ ...files }, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  afterThisTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const baseUrl = `${tls ? 'https' : 'http'}://${host}:${port}/v1`;
  const project = await makeProject({
    'llmci.yaml': { providers: { own: { type: 'openai', baseUrl, apiKey: 'env:OWN_KEY', retries: 0 } } },
    'prompts/p.prompt.yaml': { model: 'own/m', messages: [{ role: 'user', content: 'hello {{ n }}' }] },
    'evals/p.eval.yaml': {
      prompt: 'p',
      cases: [{ vars: { n: 1 } }, { vars: { n: 2 } }],
      metrics: [{ metric: 'contains', value: 'ok' }],
      gates: [{ metric: 'pass', min: 1 }],
    },
  });
  const llmci = async (env: Readonly<Record<string, string>>) => {
    const extra = certificate ? { NODE_EXTRA_CA_CERTS: certificate.cert } : {};
    const result = await runProcess(['eval', '--no-cache'], { cwd: project.dir, env: { ...ENV, ...extra, ...env } });
    const written = await Promise.all((await project.list()).map((path) => project.read(path)));
    expect([...written, result.stdout, result.stderr].join('\n')).not.toMatch(/pa@ssword|pa%40ssword/);
    return result;
  };
  return { llmci, keys, port };
}

describe('http', () => {
  it('is passed on by the proxy, which alone looks up the host', async () => {
    const { llmci, keys, port } = await setUp({ tls: false });
    const proxy = await startProxy(port);
    const { code } = await llmci({ http_proxy: `http://${LOGIN}@127.0.0.1:${proxy.port}` });
    expect([code, keys]).toEqual([0, ['Bearer key-of-the-test', 'Bearer key-of-the-test']]);
    const [first] = proxy.passed;
    expect(first).toMatchObject({ method: 'POST', to: `http://${HOST}:${port}/v1/chat/completions` });
    expect(first?.headers).toMatchObject({ host: `${HOST}:${port}`, 'proxy-authorization': BASIC });
  });

  it('goes directly where NO_PROXY says so, and to this machine', async () => {
    const outside = await setUp({ tls: false });
    const proxy = await startProxy(outside.port);
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    const excepted = await outside.llmci({ ...env, NO_PROXY: 'other.test, .test' });
    expect(excepted.stdout).toMatch(/the address of service\.test:\d+ cannot be found/);
    const inside = await setUp({ tls: false, host: 'localhost' });
    expect([excepted.code, (await inside.llmci(env)).code, proxy.passed]).toEqual([3, 0, []]);
  });

  it.each([
    ['refuses', 407, /the proxy 127\.0\.0\.1:\d+ refuses to pass requests on \(HTTP 407\)/],
    ['is not there', null, /nothing answers at the proxy 127\.0\.0\.1:1 \(ECONNREFUSED\)/],
  ])('is an error of the world when the proxy %s', async (_, refuse, message) => {
    const { llmci, port } = await setUp({ tls: false });
    const at = refuse === null ? 1 : (await startProxy(port, { refuse })).port;
    const { code, stdout } = await llmci({ http_proxy: `http://${LOGIN}@127.0.0.1:${at}` });
    expect(stdout).toMatch(message);
    expect([code, stdout]).toEqual([3, expect.stringContaining(' network ')]);
  });

  it('an address that is none of a proxy is not repeated', async () => {
    const { llmci } = await setUp({ tls: false });
    const { code, stdout } = await llmci({ http_proxy: `socks5://${LOGIN}@127.0.0.1:1` });
    expect([code, stdout]).toEqual([3, expect.stringContaining('names has no http:// or https:// address')]);
  });
});

describe.skipIf(certificate === null)('https (needs openssl)', () => {
  it('goes through a tunnel, in which the proxy sees no key; the certificate is checked all the same', async () => {
    const { llmci, keys, port } = await setUp({ tls: true });
    const proxy = await startProxy(port);
    const env = { HTTPS_PROXY: `${LOGIN}@127.0.0.1:${proxy.port}` };
    const { code } = await llmci(env);
    expect([code, keys]).toEqual([0, ['Bearer key-of-the-test', 'Bearer key-of-the-test']]);
    const [first] = proxy.passed;
    expect(first).toMatchObject({ method: 'CONNECT', to: `${HOST}:${port}` });
    expect(first?.headers).toEqual({
      host: `${HOST}:${port}`,
      'proxy-authorization': BASIC,
      connection: expect.any(String),
    });
    const distrusted = await llmci({ ...env, NODE_EXTRA_CA_CERTS: '' });
    expect(distrusted.stdout).toMatch(/the certificate of service\.test:\d+ is not trusted/);
    expect([distrusted.code, keys.length]).toEqual([3, 2]);
  });

  it.each([
    ['refuses', 403, /the proxy 127\.0\.0\.1:\d+ refuses to pass requests on \(HTTP 403\)/],
    ['is not there', null, /nothing answers at the proxy 127\.0\.0\.1:1 \(ECONNREFUSED\)/],
  ])('is an error of the world when the proxy %s', async (_, refuse, message) => {
    const { llmci, port, keys } = await setUp({ tls: true });
    const at = refuse === null ? 1 : (await startProxy(port, { refuse })).port;
    const { code, stdout } = await llmci({ HTTPS_PROXY: `http://${LOGIN}@127.0.0.1:${at}` });
    expect(stdout).toMatch(message);
    expect([code, keys, stdout]).toEqual([3, [], expect.stringContaining(' network ')]);
  });
});

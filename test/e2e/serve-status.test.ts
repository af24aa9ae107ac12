import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GatewayStatus } from '../../src/model/gateway-status.js';
import { type CliProcess, startCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import { readPrometheus } from '../helpers/prometheus.js';

let project: DeliveryProject;
let server: CliProcess;
let address = '';

beforeAll(async () => {
  project = await makeDelivery({ live: { rollout: { strategy: 'canary', steps: [{ weight: '50%' }] } } });
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'live');
  server = startCli(['serve', '--env', 'live', '--port', '0', '--log', 'json'], {
    cwd: project.dir,
    timeoutMs: 900_000,
  });
  address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
});
afterAll(async () => {
  server.kill('SIGTERM');
  const { code, stderr } = await server.result;
  rmSync(project.dir, { recursive: true });
  expect(code).toBe(0);
  // Standard error is JSON to the last line, without contents
  const lines = stderr.trim().split('\n');
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events).toContain('call');
  expect(events.at(-1)).toBe('gateway');
  expect(stderr).not.toContain('Hello');
});

const call = (unit: string) =>
  fetch(`${address}/v1/responses`, {
    method: 'POST',
    headers: { 'llmci-unit': unit },
    body: JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } }),
  });
const status = async () => (await (await fetch(`${address}/-/status`)).json()) as GatewayStatus;

/** Asks as a browser does, with headers that fetch sets itself. */
function asBrowser(path: string, method: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(address + path, { method, headers }, async (response) => {
      const { error } = JSON.parse(await text(response)) as { readonly error: { readonly code: string } };
      resolve(`${response.statusCode} ${error.code}`);
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

it('counts calls for Prometheus, and says what is live', async () => {
  await call('a');
  const response = await fetch(`${address}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = readPrometheus(await response.text());
  const counted = families
    .get('gen_ai_client_inference_duration_seconds')
    ?.samples.find(({ name }) => name.endsWith('_count'));
  expect(counted).toMatchObject({ value: 1, labels: { gen_ai_prompt_name: 'reply', gen_ai_prompt_version: '1' } });
  expect(families.get('llmci_live')?.samples).toMatchObject([{ value: 1 }]);
});

it('tells the status as JSON, and follows the ledger', async () => {
  expect(await status()).toMatchObject({
    environment: 'live',
    source: { line: 1, from: 'store' },
    prompts: [{ prompt: 'reply', live: { number: 1 }, by: 'Ada <ada@example.com>', before: null }],
    rollouts: [],
    arms: [{ release: 'reply@1', arm: 'control', calls: 1, errors: [] }],
    history: [{ line: 1, said: 'promoted reply@1' }],
  });
  expect(await (await fetch(`${address}/verdict/reply`)).json()).toMatchObject({
    verdict: 'wait',
    why: 'no rollout of reply is under way',
  });
  await project.write('prompts/reply.thresholds.yaml', {
    gates: [{ metric: 'pass', min: 0.9 }],
    live: { gates: [{ metric: 'errors', maxDrop: '1%' }] },
  });
  await project.change('Welcome');
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'live');
  await expect
    .poll(async () => (await status()).rollouts, { timeout: 20_000 })
    .toMatchObject([
      { name: 'live-2', strategy: 'canary', weight: 0.5, prompts: [{ prompt: 'reply', control: 1, candidate: 2 }] },
    ]);
  const [rollout] = (await status()).rollouts;
  expect(rollout?.gates).toMatchObject([
    { metric: 'errors', stat: 'rate', verdict: 'wait', margin: 0.01, harm: 'above', unit: 'share' },
  ]);
  expect((await status()).history.map(({ line }) => line)).toEqual([2, 1]);
});

it('a rollout that nobody calls never passes: silence promotes nothing', async () => {
  expect(await (await fetch(`${address}/verdict/reply`)).json()).toMatchObject({
    verdict: 'wait',
    candidate: 'reply@2',
  });
  const post = (path: string) =>
    fetch(address + path, { method: 'POST', body: '{"name":"app","phase":"Progressing"}' });
  expect((await post('/verdict/reply')).status).toBe(409);
  expect((await post('/verdict/reply?when=fail')).status).toBe(409);
  expect((await post('/verdict/reply?when=maybe')).status).toBe(400);
  expect((await post('/verdict/gone')).status).toBe(404);
});

it('tells the same as events while somebody listens', async () => {
  const left = new AbortController();
  const response = await fetch(`${address}/-/events`, { signal: left.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('event: tick')) text += (await reader.read()).value ?? '';
  left.abort();
  const [, first = ''] = /^event: status\ndata: (.*)\n\n/.exec(text) ?? [];
  expect(JSON.parse(first)).toMatchObject({ environment: 'live', history: [{ line: 2 }, { line: 1 }] });
});

it('is a page of its own, which asks nobody else and stands in no frame', async () => {
  const response = await fetch(address);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; connect-src 'self'/,
  );
  expect(policy).toContain("frame-ancestors 'none'");
});

it('pages of others are refused, whatever they ask', async () => {
  const own = new URL(address).host;
  const refused = '403 from_a_page';
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
  for (const path of ['/v1/responses', '/-/rollback', '/verdict/reply'])
    expect(await asBrowser(path, 'POST', evil)).toBe(refused);
  for (const path of ['/', '/metrics', '/-/status', '/-/events'])
    expect(await asBrowser(path, 'GET', evil)).toBe(refused);
  // A name of somebody else that leads to this machine
  const rebound = { host: 'evil.example', origin: 'http://evil.example', 'content-type': 'application/json' };
  expect(await asBrowser('/-/rollback', 'POST', rebound)).toBe('403 wrong_host');
  expect(await asBrowser('/-/status', 'GET', { host: 'evil.example' })).toBe('403 wrong_host');
  // Its own page may, but call no model
  const ours = { origin: `http://${own}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  expect(await asBrowser('/-/rollback', 'POST', ours)).toBe('403 no_admins');
  expect(await asBrowser('/v1/responses', 'POST', ours)).toBe(refused);
});

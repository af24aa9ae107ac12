import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { releaseSchema } from '../../src/model/release.js';
import { type RunSummary, runSummarySchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// Equal requests of a run are one call. One answer is one piece of evidence, however many rows it answers.

interface Setting {
  readonly content?: string;
  readonly ticket?: (index: number) => string;
  readonly suite?: object;
  readonly gate?: object;
}

async function setUp({ content = '{{ ticket }}', ticket = () => 'May I return it?', suite = {}, gate = {} }: Setting) {
  const server = await startModelServer({ respond: () => ({ kind: 'text', text: 'ok' }) });
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY' } } },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9, decide: 'proof', ...gate }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: 60 }, (_, index) => ({ id: `c${index + 1}`, vars: { ticket: ticket(index) } })),
      ...suite,
    },
  });
  const llmci = (...args: string[]) => runCli(args, { cwd: project.dir, env: { FAKE_KEY: 'a-key-of-no-known-shape' } });
  const evaluate = async (...args: string[]) => {
    const { code } = await llmci('eval', ...args);
    const runs = (await project.list()).filter((path) => path.endsWith('/run.json')).sort();
    const summary: RunSummary = runSummarySchema.parse(await project.readJson(runs.at(-1) ?? 'no run'));
    return { code, gate: summary.gates[0], notes: summary.notes.join('\n') };
  };
  return { server, llmci, evaluate, project };
}

const program = { type: 'exec', command: ['sh', '-c', `cat > /dev/null; echo '{"text": "ok"}'`] };

/** An app that is sent this body. */
function app(body: unknown, more: object = {}) {
  return { type: 'http', output: '$.reply', version: 'env:V', ...(body === undefined ? {} : { body }), ...more };
}

interface Sixty {
  readonly provider: object;
  readonly vars: (index: number) => object;
  readonly defaults?: object;
}

/** Asks sixty times the same question, about cases that may differ elsewhere. */
async function evaluateSixty({ provider, vars, defaults = {} }: Sixty) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('set-cookie', 'a=b').end('{"reply":"ok"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = { ...provider, ...('output' in provider && { url }) };
  const project = await makeProject({
    'llmci.yaml': { providers: { own } },
    'prompts/reply.prompt.yaml': {
      model: 'own',
      input: { defaults },
      messages: [{ role: 'user', content: 'Say ok to {{ name }}.' }],
    },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: 60 }, (_, index) => ({ id: `c${index}`, vars: { name: 'Ann', ...vars(index) } })),
      gates: [{ metric: 'pass', min: 0.9, decide: 'proof' }],
    },
  });
  return runCli(['eval'], { cwd: project.dir, env: { V: '1' } });
}

const note =
  /60 of the 60 cases of suite reply ask what another asks of reply too \(c1, c2, c3, c4 and 56 more\): cases with one answer count as one/;

it('sixty equal rows prove nothing: they are one answer', async () => {
  const { server, evaluate } = await setUp({});
  const { code, gate, notes } = await evaluate();
  expect(server.calls).toHaveLength(1);
  expect([code, gate?.verdict, gate?.n, gate?.actual]).toEqual([3, 'inconclusive', 60, 1]);
  expect(notes).toMatch(note);
});

it('nor do rows that differ in what no template asks', async () => {
  const { server, evaluate } = await setUp({ content: 'Answer {question}.', ticket: (index) => `ticket ${index}` });
  const { code, gate, notes } = await evaluate();
  expect([server.calls.length, code, gate?.verdict]).toEqual([1, 3, 'inconclusive']);
  expect(notes).toMatch(note);
});

it.each([
  ['of cases that stand for themselves', { inference: 'suite' }, {}],
  ['of cases that stand for themselves, with trials', { inference: 'suite', trials: 2 }, {}],
  ['by pass^2', { trials: 2 }, { stat: 'pass^2' }],
])('they prove nothing %s', async (_, suite, gate) => {
  const { evaluate } = await setUp({ suite, gate });
  const { code, gate: result } = await evaluate();
  expect([code, result?.verdict]).toEqual([3, 'inconclusive']);
});

it('recorded and replayed they prove no more', async () => {
  const { evaluate } = await setUp({ suite: { cassette: '../fixtures/reply.cassette.jsonl' } });
  expect((await evaluate('--record')).gate?.verdict).toBe('inconclusive');
  const { code, gate, notes } = await evaluate('--replay');
  expect([code, gate?.verdict]).toEqual([3, 'inconclusive']);
  expect(notes).toMatch(note);
});

describe('sixty calls with one question', () => {
  it.each([
    ['echo', {}, { type: 'echo' }, (index: number) => ({ other: `b${index}` })],
    ['a program', {}, program, () => ({ other: 'a' })],
    ['a program', { other: 'a' }, program, (index: number) => (index % 2 === 0 ? { other: 'a' } : {})],
    ['an app', {}, app({ q: '{{ name }}' }), (index: number) => ({ other: `b${index}` })],
    ['an app', {}, app({ q: '{{ prompt }}' }), (index: number) => ({ other: `b${index}` })],
    ['an app', {}, app({ all: '{{ messages }}' }), (index: number) => ({ other: `b${index}` })],
    [
      'an app',
      {},
      app({ q: 'ok?', id: '{{ session }}' }, { session: 'cookie' }),
      (index: number) => ({ other: index }),
    ],
  ])('of %s prove no more (%#)', async (_, defaults, provider, vars) => {
    const { code, stdout } = await evaluateSixty({ defaults, provider, vars });
    expect([code, stdout]).toEqual([3, expect.stringContaining('cases that ask the same count as one')]);
    expect(stdout).toContain('inconclusive');
  });

  it.each([
    ['all variables', app(undefined)],
    ['one that differs', app([{ q: '{{ name }}', of: ['{{ other }}'] }])],
  ])('are sixty questions to an app that is sent %s', async (_, provider) => {
    const { code, stdout } = await evaluateSixty({ provider, vars: (index) => ({ other: `b${index}` }) });
    expect(stdout).not.toContain('count as one');
    expect(code).toBe(0);
  });
});

it('validate tells them, and blocks nothing', async () => {
  const { llmci } = await setUp({ ticket: (index) => `ticket ${index % 50}` });
  const { code, stdout } = await llmci('validate', '--json');
  const { problems } = JSON.parse(stdout) as {
    problems: readonly { rule: string; severity: string; message: string }[];
  };
  expect(code).toBe(0);
  expect(problems).toEqual([
    expect.objectContaining({
      ...{ file: 'evals/reply.eval.yaml', rule: 'duplicate-cases', severity: 'warning' },
      message: expect.stringContaining(
        '20 of the 60 cases of suite reply ask what another asks of reply too (c1, c51;',
      ),
    }),
  ]);
  const clean = await setUp({ ticket: (index) => `ticket ${index}` });
  expect(JSON.parse((await clean.llmci('validate', '--json')).stdout)).toMatchObject({ valid: true, problems: [] });
});

it('sixty rows with questions of their own are sixty answers, and prove it', async () => {
  const { server, evaluate } = await setUp({ ticket: (index) => `ticket ${index}` });
  const { code, gate, notes } = await evaluate();
  expect([server.calls.length, code, gate?.verdict]).toEqual([60, 0, 'pass']);
  expect(notes).not.toMatch(/ask what another asks/);
});

it('a baseline keeps which answers were shared, so that a comparison counts them once', async () => {
  const { llmci, evaluate } = await setUp({
    ticket: (index) => `ticket ${index % 2}`,
    gate: { min: undefined, decide: 'estimate', maxDrop: 0.05 },
  });
  await evaluate();
  expect((await llmci('bless')).code).toBe(0);
  const { gate } = await evaluate('--no-cache');
  expect(gate?.verdict).toBe('pass');
  expect(gate?.message).toContain('met, but not proven');
});

it('what equal rows have in common is live evidence for each in the run that asked, and for none in a later one', async () => {
  const { server, llmci, evaluate, project } = await setUp({});
  const answersOfRelease = async () => {
    const { code, stderr } = await llmci('release');
    expect(code, stderr).toBe(0);
    return releaseSchema.parse(await project.readJson(`releases/prompts/reply/1.json`)).evidence?.answers;
  };
  await evaluate();
  expect([server.calls.length, await answersOfRelease()]).toEqual([1, { live: 60, cache: 0, replay: 0 }]);
  await evaluate();
  await rm(project.path('releases'), { recursive: true });
  expect([server.calls.length, await answersOfRelease()]).toEqual([1, { live: 0, cache: 60, replay: 0 }]);
});

import { execFile } from 'node:child_process';
import { chmod, utimes } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

const run = promisify(execFile);
const KEY = 'sk-test-0123456789abcdef0123456789abcdef';

const WORKFLOW = `on: [pull_request]
jobs:
  evaluate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: npm ci
      - name: Evaluate
        run: npx llmci eval
`;

/** A project that is well: nothing has to be mended, nor is there anything to be said. */
async function makeWell(files: Readonly<Record<string, string | object>> = {}): Promise<Project> {
  const project = await makeProject({
    'package.json': { devDependencies: { llmci: '0.1.0' } },
    'package-lock.json': {},
    '.github/workflows/llmci.yml': WORKFLOW,
    'prompts/reply.prompt.yaml': { model: 'echo/x', messages: [{ role: 'user', content: 'Hello {{ name }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'Ada' }],
      cases: [{ id: 'ada', vars: { name: 'Ada' } }],
    },
    ...files,
  });
  await run('git', ['init', '--quiet'], { cwd: project.dir });
  await runCli(['eval', '--quiet'], { cwd: project.dir });
  await runCli(['bless'], { cwd: project.dir });
  return project;
}

interface Diagnosed {
  readonly code: number | null;
  /** `level text → remedy` by check. */
  readonly said: Readonly<Record<string, readonly string[]>>;
}

async function diagnose(project: Project, args: readonly string[] = [], env = {}): Promise<Diagnosed> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...args], { cwd: project.dir, env });
  expect(stdout, stderr).toMatch(/^\{/);
  const { checks } = JSON.parse(stdout);
  const said = Object.fromEntries(
    checks.map(
      ({ check, findings }: { check: string; findings: { level: string; text: string; remedy: string | null }[] }) => [
        check,
        findings.map(({ level, text, remedy }) => `${level} ${text}${remedy === null ? '' : ` → ${remedy}`}`),
      ],
    ),
  );
  return { code, said };
}

describe('doctor', () => {
  it('finds nothing to mend where all is well, and says what it has looked at', async () => {
    const project = await makeWell();
    const { code, stdout } = await runCli(['doctor'], { cwd: project.dir });
    expect(code).toBe(0);
    expect(stdout.replace(/llmci \S+ on Node \S+/, 'llmci V on Node V')).toBe(`keys
  ✓ nothing here needs one

models
  ✓ 1 model, none of them known to be misspelt, retired or retiring

coverage
  ✓ every prompt has a suite and gates, every suite a baseline

stale files
  ✓ recordings, baselines and calibrations are of what is there now

CI
  ✓ .github/workflows/llmci.yml:9 runs llmci, and is red when a gate fails; that it is required to
    merge is set at the code host

versions
  ✓ llmci V on Node V
  ✓ package.json has llmci 0.1.0, and package-lock.json says which that is

Nothing has to be mended.
`);
  });

  it('names keys that are missing, and says nothing of what is in those that are there', async () => {
    const prompt = { model: 'openai/gpt-6-luna', messages: [{ role: 'user', content: 'Hello {{ name }}' }] };
    const project = await makeWell({
      'llmci.yaml': {
        providers: { own: { type: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'file:own.key' } },
      },
      'own.key': KEY,
      'prompts/reply.prompt.yaml': prompt,
      'prompts/other.prompt.yaml': { ...prompt, model: 'own/m' },
    });
    const none = await diagnose(project);
    expect(none.code).toBe(1);
    expect(none.said['keys']).toEqual([
      'error openai: OPENAI_API_KEY is not set, and 1 answer of its suites is not recorded → Set OPENAI_API_KEY.',
      'ok own: own.key is there',
      'warn own: others on this machine may read own.key → chmod 600 own.key',
    ]);
    const set = await diagnose(project, [], { OPENAI_API_KEY: KEY });
    expect(set.said['keys']?.[0]).toBe('ok openai: OPENAI_API_KEY is there');
    expect(JSON.stringify(set)).not.toContain(KEY);
  });

  it('names keys that only metrics need', async () => {
    const own = (key: string) => ({ type: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: `env:${key}` });
    const project = await makeWell({
      'llmci.yaml': {
        providers: { court: own('COURT_KEY'), moderator: own('MODERATOR_KEY'), vectors: own('VECTORS_KEY') },
        judge: { model: 'court/j' },
        embeddings: { model: 'vectors/e' },
      },
    });
    await project.write('evals/reply.eval.yaml', {
      prompt: 'reply',
      metrics: [
        { metric: 'judge', rubric: 'Is it polite?', choices: { yes: 1, no: 0 }, min: 1 },
        { metric: 'toxicity', engine: 'moderator/m' },
        { metric: 'semantic' },
      ],
      cases: [{ id: 'ada', vars: { name: 'Ada' }, expected: 'Hello Ada' }],
    });
    expect((await diagnose(project)).said['keys']).toEqual([
      'warn court: COURT_KEY is not set, and the judge court/j is asked what is not recorded → Set COURT_KEY.',
      'error moderator: MODERATOR_KEY is not set, and metrics have outputs moderated by it → Set MODERATOR_KEY.',
      'error vectors: VECTORS_KEY is not set, and metrics have their embeddings from it → Set VECTORS_KEY.',
    ]);
  });

  it.each([
    [
      'anthropic/claude-3-opus-latest',
      1,
      /^error prompts\/reply.prompt.yaml:1: .*was retired.*→ llmci migrate anthropic\/claude-3-opus-latest --to/,
    ],
    ['openai/gpt-6-lnua', 0, /^warn prompts\/reply.prompt.yaml:1: .*did you mean openai\/gpt-6-luna/],
  ])('tells of the model %s', async (model, code, message) => {
    const project = await makeWell({
      'prompts/reply.prompt.yaml': { model, messages: [{ role: 'user', content: 'Hello {{ name }}' }] },
      'evals/reply.eval.yaml': {
        prompt: 'reply',
        models: ['echo/x'],
        metrics: [{ metric: 'contains', value: 'Ada' }],
        cases: [{ id: 'ada', vars: { name: 'Ada' } }],
      },
    });
    const found = await diagnose(project, [], { OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY });
    expect(found.said['models']?.[0]).toMatch(message);
    expect(found.code).toBe(code);
  });

  it('tells of prompts that nothing judges, and of gates that have nothing to compare with', async () => {
    const project = await makeWell({
      'prompts/alone.prompt.yaml': { model: 'echo/x', messages: [{ role: 'user', content: 'Hi {{ name }}' }] },
    });
    await project.write(
      'evals/reply.eval.yaml',
      `${await project.read('evals/reply.eval.yaml')}gates: [{ metric: pass, maxDrop: 5% }]\n`,
    );
    await run('rm', [project.path('evals/reply.baseline.json')]);
    const { code, said } = await diagnose(project);
    expect(code).toBe(1);
    expect(said['coverage']).toEqual([
      expect.stringMatching(/^error prompts\/alone.prompt.yaml:1: no suite runs alone/),
      expect.stringMatching(
        /^error suite reply has gates that compare, and no baseline: they cannot be judged → llmci eval reply/,
      ),
    ]);
  });

  it('tells of files that are of what was there before', async () => {
    const project = await makeWell();
    const { write, read } = project;
    const suite = await read('evals/reply.eval.yaml');
    await write('evals/reply.eval.yaml', `${suite}cassette: ../fixtures/reply.cassette.jsonl\n`);
    await runCli(['eval', '--quiet', '--record'], { cwd: project.dir });
    expect((await diagnose(project)).said['stale files']).toEqual([expect.stringMatching(/^ok /)]);
    await write('prompts/reply.prompt.yaml', {
      model: 'echo/x',
      messages: [{ role: 'user', content: 'Bye {{ name }}' }],
    });
    await write('evals/reply.eval.yaml', (await read('evals/reply.eval.yaml')).replace('value: Ada', 'value: A'));
    await write('fixtures/old.cassette.jsonl', '{"cassette":1}\n');
    await write('evals/gone.baseline.json', await read('evals/reply.baseline.json'));
    const { code, said } = await diagnose(project);
    expect(code).toBe(1);
    expect(said['stale files']).toEqual([
      expect.stringMatching(
        /^warn fixtures\/reply.cassette.jsonl: 1 of 1 answer is of requests that no suite makes any more, the first of case ada of reply on echo\/x; 1 sample of today has none → /,
      ),
      expect.stringMatching(/^error fixtures\/old.cassette.jsonl is a cassette that no suite names/),
      expect.stringMatching(
        /^warn evals\/reply.baseline.json is of another suite than today's: it has another contains, pass/,
      ),
      expect.stringMatching(/^error evals\/gone.baseline.json is a baseline of no suite/),
    ]);
  });

  it('asks nobody to delete answers that are kept of another version, beside those of today', async () => {
    const project = await makeWell();
    const { write, read } = project;
    const suite = await read('evals/reply.eval.yaml');
    await write('evals/reply.eval.yaml', `${suite}cassette: ../fixtures/reply.cassette.jsonl\n`);
    const record = () => runCli(['eval', '--quiet', '--record'], { cwd: project.dir });
    await record();
    const before = await read('fixtures/reply.cassette.jsonl');
    const prompt = await read('prompts/reply.prompt.yaml');
    await write('prompts/reply.prompt.yaml', prompt.replace('{{ name }}', '{{ name }}!'));
    await record();
    const [, old] = before.split('\n');
    await write('fixtures/reply.cassette.jsonl', `${await read('fixtures/reply.cassette.jsonl')}${old}\n`);
    const { said } = await diagnose(project);
    expect(said['stale files']).toEqual([
      "ok fixtures/reply.cassette.jsonl: 1 of 2 answers is of other versions of what is asked, beside today's",
    ]);
  });

  it.each<[string, string | null, 'ok' | 'warn' | 'error', RegExp]>([
    ['none', null, 'error', /no workflow runs llmci eval.*llmci init --ci github/],
    [
      'only in a comment',
      WORKFLOW.replace('run: npx llmci eval', 'run: npm test # llmci eval later'),
      'error',
      /no workflow/,
    ],
    ['that validates only', WORKFLOW.replace('llmci eval', 'llmci validate'), 'error', /no workflow/],
    [
      'that swallows the verdict',
      WORKFLOW.replace('llmci eval', 'llmci eval || true'),
      'error',
      /llmci.yml:9: .*`\|\| true`/,
    ],
    [
      'whose step may fail',
      WORKFLOW.replace('- name: Evaluate', '- name: Evaluate\n        continue-on-error: true'),
      'error',
      /continue-on-error/,
    ],
    [
      'whose job may fail',
      WORKFLOW.replace('runs-on: ubuntu-latest', 'runs-on: ubuntu-latest\n    continue-on-error: true'),
      'error',
      /continue-on-error/,
    ],
    [
      'where another step may fail',
      WORKFLOW.replace('- run: npm ci', '- run: npm ci\n        continue-on-error: true'),
      'ok',
      /is red when a gate fails/,
    ],
    ['that does not run for changes', WORKFLOW.replace('[pull_request]', '[push]'), 'warn', /not for pull requests/],
    ['with the Action', WORKFLOW.replace('run: npx llmci eval', 'uses: llmci/llmci@v0.1.0'), 'ok', /:9 runs llmci/],
  ])('a workflow %s', async (_, workflow, level, message) => {
    const project = await makeWell({ '.github/workflows/llmci.yml': workflow ?? 'on: push\n' });
    const { code, said } = await diagnose(project);
    expect(said['CI']).toEqual([expect.stringMatching(message)]);
    expect(said['CI']?.[0]).toMatch(new RegExp(`^${level} `));
    expect(code).toBe(level === 'error' ? 1 : 0);
  });

  it('reads what GitLab runs', async () => {
    const job =
      'llmci:\n  script:\n    - npx llmci eval\n  rules: [{ if: $CI_MERGE_REQUEST_IID }]\n  # merge_request\n';
    const project = await makeWell({ '.github/workflows/llmci.yml': 'on: push\n', '.gitlab/llmci.yml': job });
    expect((await diagnose(project)).said['CI']).toEqual([expect.stringMatching(/^ok .gitlab\/llmci.yml:3 /)]);
    await project.write('.gitlab/llmci.yml', job.replace('  script', '  allow_failure: true\n  script'));
    expect((await diagnose(project)).said['CI']).toEqual([expect.stringMatching(/^error .*allow_failure/)]);
  });

  it.each([
    ['npx llmci eval', 1, /^error .*:9 takes whatever llmci is the newest/],
    ['npx --yes llmci@latest eval', 1, /^error .*:9 takes whatever/],
    ['npx --yes llmci@0.0.1 eval', 0, /^warn .*:9 runs llmci 0.0.1, and here it is/],
  ])('llmci in CI by `%s` alone', async (command, code, message) => {
    const project = await makeWell({
      '.github/workflows/llmci.yml': WORKFLOW.replace('npx llmci eval', command),
      'package.json': {},
    });
    const found = await diagnose(project);
    expect(found.said['versions']?.[1]).toMatch(message);
    expect(found.code).toBe(code);
  });

  it('tells keys of environments that are missing, shared, open to others or too old', async () => {
    const project = await makeWell({
      'llmci.yaml': {
        providers: { own: { type: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'env:OWN_KEY' } },
        environments: {
          dev: {},
          staging: { providers: { own: { apiKey: ['file:staging.key', 'env:STAGING_NEXT'] } } },
          production: { providers: { own: { apiKey: 'file:production.key', maxAge: '90d' } } },
        },
      },
      'staging.key': KEY,
      'production.key': `${KEY}\n`,
    });
    await chmod(project.path('staging.key'), 0o600);
    const then = new Date(Date.now() - 100 * 86_400_000 - 60_000);
    await utimes(project.path('production.key'), then, then);
    const { code, said } = await diagnose(project, [], { OWN_KEY: 'sk-of-evaluations-and-dev' });
    expect(said['keys']).toEqual([
      'warn own in staging: STAGING_NEXT is not set: there is nothing to turn to when the key before it is refused → Set STAGING_NEXT.',
      'ok own in production: production.key is there',
      'warn own in production: others on this machine may read production.key → chmod 600 production.key',
      'warn own in production: production.key is 100d old, of 90d at most → Issue a new key and write it into production.key, then revoke the old one.',
      'warn own: staging and production share a key (staging.key, production.key) → Give each a key of its own, in environments.staging.providers.own.',
    ]);
    expect(code).toBe(0);
    expect(JSON.stringify(said)).not.toContain(KEY);
    const same = await diagnose(project, [], { OWN_KEY: KEY, STAGING_NEXT: 'sk-next-of-staging' });
    expect(same.said['keys']?.at(-1)).toMatch(/^warn own: dev, staging, production and llmci eval share a key/);
  });

  it('--online asks services for their models, and shows no key', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization ?? request.headers['x-api-key']}`);
      response.setHeader('content-type', 'application/json');
      if (request.url?.startsWith('/sick')) response.statusCode = 500;
      response.end('{"object":"list","data":[{"id":"good-1"},{"id":"better-2"}]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterThisTest(() => void server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const prompt = (model: string) => ({ model, messages: [{ role: 'user', content: 'Hello {{ name }}' }] });
    const project = await makeWell({
      'llmci.yaml': {
        providers: {
          one: { type: 'openai', baseUrl: `${base}/v1`, apiKey: 'env:ONE_KEY' },
          two: { type: 'anthropic', baseUrl: base, apiKey: 'env:ONE_KEY' },
          sick: { type: 'openai', baseUrl: `${base}/sick`, apiKey: 'env:ONE_KEY' },
        },
      },
      'prompts/a.prompt.yaml': prompt('one/good-1'),
      'prompts/b.prompt.yaml': prompt('two/better-3'),
      'prompts/c.prompt.yaml': prompt('sick/x'),
    });
    expect((await diagnose(project, [], { ONE_KEY: KEY })).said['services']).toBeUndefined();
    expect(seen).toEqual([]);
    const { code, said } = await diagnose(project, ['--online'], { ONE_KEY: KEY });
    expect(code).toBe(1);
    expect(said['services']).toEqual([
      'ok one answers, and has all models that are asked of it',
      expect.stringMatching(/^error sick could not be asked for its models: it answers with status 500/),
      expect.stringMatching(/^error two has no model better-3 for this key \(did you mean better-2\?\)/),
    ]);
    expect(seen.sort()).toEqual([
      `/sick/models Bearer ${KEY}`,
      `/v1/models Bearer ${KEY}`,
      `/v1/models?limit=1000 ${KEY}`,
    ]);
    expect(JSON.stringify(said)).not.toContain(KEY);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runProcess } from '../helpers/cli.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

const hook = pathToFileURL(join(import.meta.dirname, '../helpers/trace-loads.mjs')).href;
const repository = join(import.meta.dirname, '../..');

const files = (model: string) => ({
  'prompts/hello.prompt.yaml': { model, messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cassette: '../fixtures/hello.cassette.jsonl',
    cases: [{ vars: { text: 'hello' } }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.5 }],
  },
});

/** Runs llmci and returns which packages and which of its own files it loaded. */
async function loadsOf(args: readonly string[], cwd: string, env: Record<string, string> = {}, script?: string) {
  const trace = join(cwd, `trace-${Math.random()}.txt`);
  const { code, stderr } = await runProcess(args, {
    cwd,
    ...(script === undefined ? {} : { script }),
    env: { NODE_OPTIONS: `--import=${hook}`, LLMCI_TRACE: trace, ...env },
  });
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  const urls = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n') : [];
  const packages = new Set(urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
  const own = new Set(
    urls
      .filter((url) => url.startsWith(pathToFileURL(join(repository, 'dist')).href))
      .map((url) => url.split('/dist/')[1]),
  );
  return { packages: [...packages].sort(), own: [...own].sort() };
}

it('--version loads no package', async () => {
  const project = await makeProject({});
  const { packages, own } = await loadsOf(['--version'], project.dir);
  expect(packages).toEqual([]);
  // Its first file, the one that holds what this shares with the program, and the bundler's own
  const chunk = expect.stringMatching(/^program\/chunk-\w+\.js$/);
  expect(own).toEqual([chunk, chunk, 'program/main.js']);
});

it('a command loads the bundle, where a file alone would take its place', async () => {
  const project = await makeProject(files('echo'));
  const { own } = await loadsOf(['eval'], project.dir);
  expect(own.filter((name) => !name?.startsWith('program/'))).toEqual([]);
});

it('what a module of a metric imports loads nothing of what evaluates', async () => {
  const library = pathToFileURL(join(repository, 'dist/index.js')).href;
  const project = await makeProject({
    'own.mjs': `import { evaluate } from '${library}';\nif (!evaluate) throw 'none';\n`,
  });
  const { packages, own } = await loadsOf([], project.dir, {}, project.path('own.mjs'));
  expect(packages).toEqual(['zod']);
  expect(own.filter((name) => /^(?:runs|calls|scoring|project)\//.test(name ?? ''))).toEqual([]);
  expect(own).toContain('metrics/contract.js');
});

it('--help loads no command', async () => {
  const project = await makeProject({});
  const { packages, own } = await loadsOf(['--help'], project.dir);
  expect(packages).toEqual([]);
  expect(own.filter((name) => name?.includes('-command-'))).toEqual([]);
});

it('llmci alone shows the help and is no success', async () => {
  const project = await makeProject({});
  const { code, stdout, stderr } = await runProcess([], { cwd: project.dir });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: llmci');
});

it('eval --help loads what describes its options, and no package', async () => {
  const project = await makeProject({});
  const { packages, own } = await loadsOf(['eval', '--help'], project.dir);
  expect(packages).toEqual([]);
  expect(own.filter((name) => name?.includes('-command-'))).toEqual([expect.stringContaining('/eval-command-')]);
});

it('what nearly every command loads is in the bundle, with its licences', async () => {
  const project = await makeProject({ ...files('echo'), 'llmci.yaml': 'environments: { dev: {} }\n' });
  for (const command of ['validate', 'status']) {
    const { packages } = await loadsOf([command], project.dir);
    expect(packages).toContain('liquidjs');
    expect(packages.filter((name) => ['commander', 'yaml', 'zod'].includes(name))).toEqual([]);
  }
  const licences = readFileSync(join(repository, 'dist/program/LICENSES.txt'), 'utf8');
  for (const owner of ['TJ Holowaychuk', 'Eemeli Aro', 'Colin McDonnell']) expect(licences).toContain(owner);
});

const SDKS = ['openai', '@anthropic-ai/sdk'];

it('echo loads no SDK', async () => {
  const project = await makeProject(files('echo'));
  const { packages } = await loadsOf(['eval'], project.dir);
  expect(packages).toContain('liquidjs');
  expect(packages.filter((name) => SDKS.includes(name))).toEqual([]);
});

it('neither a live call nor replaying it loads an SDK', async () => {
  const server = await startModelServer();
  onTestFinished(() => server.close());
  const project = await makeProject({
    ...files('mine/gpt-4.1-mini'),
    'llmci.yaml': { providers: { mine: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:MY_KEY' } } },
  });
  const live = await loadsOf(['eval', '--record'], project.dir, { MY_KEY: 'a-key-for-tests' });
  expect(live.packages.filter((name) => SDKS.includes(name))).toEqual([]);
  const replayed = await loadsOf(['eval', '--replay'], project.dir);
  expect(replayed.packages.filter((name) => SDKS.includes(name))).toEqual([]);
});

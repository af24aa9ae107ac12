import { readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { startModelServer } from '../helpers/model-server.js';
import { hasTerminal, startOnTerminal } from '../helpers/on-terminal.js';
import { makeProject, type Project } from '../helpers/project.js';

// A person edits files while `eval --watch` runs on a real terminal.

const prompt = (content: string) => ({ model: 'fake/model-1', messages: [{ role: 'user', content }] });
const suite = (id: string, more: object = {}) => ({
  prompt: id,
  metrics: [{ metric: 'contains', value: 'yes' }],
  gates: [{ metric: 'pass', min: 1 }],
  cases: [
    { id: `${id}-1`, vars: { text: 'yes one' } },
    { id: `${id}-2`, vars: { text: 'yes two' } },
  ],
  ...more,
});

async function twoSuites(baseUrl: string): Promise<Project> {
  return makeProject({
    'llmci.yaml': { providers: { fake: { type: 'openai', baseUrl, apiKey: 'env:FAKE_KEY' } } },
    'prompts/a.prompt.yaml': prompt('{{ text }}'),
    'prompts/b.prompt.yaml': prompt('Say {{ text }}'),
    'evals/a.eval.yaml': suite('a'),
    'evals/b.eval.yaml': suite('b'),
    'README.md': 'hello\n',
  });
}

/** As editors do: a look in the middle of writing would see half a file. */
async function save({ path }: Project, name: string, content: string | object): Promise<void> {
  const draft = await makeProject({ [name]: content });
  await mkdir(dirname(path(name)), { recursive: true });
  await rename(draft.path(name), path(name));
}

const env = { FAKE_KEY: 'a-key-of-no-known-shape' };

/** No lock, and nothing half written. */
const leavesNothingBehind = ({ path }: Project) =>
  expect(readdirSync(path('.llmci')).filter((name) => !/^(?:runs|cache)$/.test(name))).toEqual([]);
const WAITING = /Watching for changes: .*quits\./;

describe.skipIf(!hasTerminal).concurrent('eval --watch', () => {
  it('runs again only what a change touches, from the cache where nothing is new, and ends with q', async () => {
    const server = await startModelServer();
    const project = await twoSuites(server.openaiBaseUrl);
    const screen = startOnTerminal(['eval', '--watch', '--reporter', 'json=run.json'], { cwd: project.dir, env });
    expect(await screen.waitFor(WAITING)).toContain('4 samples · 4 live');

    await save(project, 'prompts/a.prompt.yaml', prompt('Please: {{ text }}'));
    const second = await screen.waitFor(WAITING);
    expect(second).toContain('prompts/a.prompt.yaml changed: a is run, as prompt a has changed.');
    expect(second).toContain('2 samples · 2 live');

    // Back again: all of it was answered before
    await save(project, 'prompts/a.prompt.yaml', prompt('{{ text }}'));
    expect(await screen.waitFor(WAITING)).toContain('2 samples · 2 from cache');

    // A gate alone asks nothing
    await save(project, 'evals/b.eval.yaml', suite('b', { gates: [{ metric: 'contains', min: 1 }] }));
    const gates = await screen.waitFor(WAITING);
    expect(gates).toContain('b is run, as the gates of suite b have changed.');
    expect(gates).toContain('2 samples · 2 from cache');

    screen.type('q');
    expect(await screen.ended).toBe(0);
    expect(server.calls).toHaveLength(6);
  });

  it('ends a run in order for a change, keeps what was answered, and evaluates what it had left', async () => {
    const server = await startModelServer({ delayMs: 1500 });
    const project = await twoSuites(server.openaiBaseUrl);
    const screen = startOnTerminal(['eval', '--watch', '--concurrency', '1'], { cwd: project.dir, env });
    await screen.waitFor(/25%/);
    await save(project, 'prompts/b.prompt.yaml', prompt('Now {{ text }}'));
    const shown = await screen.waitFor(WAITING);
    // The call in flight was waited for, and the cache has its answer; nothing is said of the run that was ended
    expect(shown).toMatch(/4 samples · \d live[^\n]*, \d from cache/);
    expect(shown).not.toMatch(/INTERRUPTED|To go on with it/);
    expect(shown).toContain('PASS (exit code 0)');
    screen.type('q');
    expect(await screen.ended).toBe(0);
    expect(server.calls.length).toBeLessThan(8);
  });

  it('tells of a broken file and waits until it is whole, or until Ctrl-C', async () => {
    const server = await startModelServer();
    const project = await twoSuites(server.openaiBaseUrl);
    await save(project, 'prompts/a.prompt.yaml', 'model: fake/model-1\nmesages: []\n');
    const screen = startOnTerminal(['eval', '--watch'], { cwd: project.dir, env });
    expect(await screen.waitFor(WAITING)).toContain('prompts/a.prompt.yaml:2:1');
    await save(project, 'prompts/a.prompt.yaml', prompt('{{ text }}'));
    expect(await screen.waitFor(WAITING)).toContain('4 samples · 4 live');
    await save(project, 'evals/b.eval.yaml', 'prompt: b\nmetrics: [');
    expect(await screen.waitFor(WAITING)).toContain('evals/b.eval.yaml:2');
    await save(project, 'evals/b.eval.yaml', suite('b', { trials: 2 }));
    expect(await screen.waitFor(WAITING)).toContain('4 samples · 2 live (50%), 2 from cache');
    await rename(project.path('prompts/a.prompt.yaml'), project.path('kept'));
    expect(await screen.waitFor(WAITING)).toContain('there is no prompt called a');
    await rename(project.path('kept'), project.path('prompts/a.prompt.yaml'));
    await screen.waitFor(
      /a\.prompt\.yaml[^\n]* changed: all files can be read again, and what is run here is the same/,
    );
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    leavesNothingBehind(project);
  });

  it('sees a configuration that stands elsewhere, and nothing else there', async () => {
    const project = await makeProject({
      'evals/a.eval.yaml': suite('a'),
      'prompts/a.prompt.yaml': { ...prompt('{{ text }}'), model: 'echo' },
    });
    const elsewhere = await makeProject({ 'ci.yaml': {} });
    const args = ['eval', '--watch', '--config', elsewhere.path('ci.yaml')];
    const screen = startOnTerminal(args, { cwd: project.dir });
    await screen.waitFor(WAITING);
    await elsewhere.write('other.yaml', {});
    await save(elsewhere, 'ci.yaml', { budget: { calls: 50 } });
    const shown = await screen.waitFor(WAITING);
    expect(shown).toMatch(/ci\.yaml changed: a is run, as the budgets of suite a have changed\./);
    expect(shown).not.toContain('other.yaml');
    screen.type('q');
    expect(await screen.ended).toBe(0);
  });

  it('runs again by keys: all, what failed, and the same', async () => {
    const server = await startModelServer();
    const project = await twoSuites(server.openaiBaseUrl);
    const cases = [
      { id: 'bad', vars: { text: 'no' } },
      { id: 'good', vars: { text: 'yes' } },
    ];
    await save(project, 'evals/b.eval.yaml', suite('b', { cases }));
    const screen = startOnTerminal(['eval', '--watch'], { cwd: project.dir, env });
    expect(await screen.waitFor(WAITING)).toContain('FAIL (exit code 1)');
    // Keys that are none of these: an arrow sends ESC [ A, and F1 ESC O P
    screen.type('x\u001b[A\u001bOPz\u001bq');
    screen.type('f');
    expect(await screen.waitFor(WAITING)).toContain('1 sample · 1 from cache');
    screen.type('\r');
    expect(await screen.waitFor(WAITING)).toContain('1 sample · 1 from cache');
    screen.type('a');
    expect(await screen.waitFor(WAITING)).toContain('4 samples · 4 from cache');
    screen.type('q');
    // What the last run came to
    expect(await screen.ended).toBe(1);
  });

  it('sees new suites in new folders, datasets and modules, and not what it writes itself', async () => {
    const server = await startModelServer();
    const project = await twoSuites(server.openaiBaseUrl);
    const args = ['eval', '--watch', '--reporter', 'json=out/run.json', '--out', 'state'];
    const screen = startOnTerminal(args, { cwd: project.dir, env });
    await screen.waitFor(WAITING);
    await save(project, 'data/rows.jsonl', '{"id":"r1","vars":{"text":"yes r1"}}\n');
    await save(project, 'evals/more/c.eval.yaml', {
      ...suite('a'),
      cases: undefined,
      dataset: '../../data/rows.jsonl',
      metrics: [{ metric: '../../checks/own.mjs' }],
      gates: [{ metric: 'pass', min: 1 }],
    });
    const module = (value: number) => `
import { defineMetric } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
export default defineMetric({
  type: 'own', describe: 'ours', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [],
  score: () => ({ value: ${value}, reason: 'looked' }),
});
`;
    await save(project, 'checks/own.mjs', module(1));
    expect(await screen.waitFor(/PASS.*/)).toContain('1 sample');
    await screen.waitFor(WAITING);
    await save(
      project,
      'data/rows.jsonl',
      '{"id":"r1","vars":{"text":"yes r1"}}\n{"id":"r2","vars":{"text":"yes r2"}}\n',
    );
    expect(await screen.waitFor(WAITING)).toContain('2 samples · 1 live (50%), 1 from cache');
    await save(project, 'checks/own.mjs', module(0));
    expect(await screen.waitFor(WAITING)).toContain('FAIL');
    await save(project, 'prompts/a.prompt.yaml', JSON.stringify(prompt('{{ text }}')));
    expect(await screen.waitFor(/changed: [^\n]*\n/)).toContain('what is run here is the same with it');
    screen.type('q');
    expect(await screen.ended).toBe(1);
    expect(screen.shown()).not.toContain('run.json changed');
  });

  it('ends by Ctrl-C during a run, and leaves the terminal and no process behind', async () => {
    const server = await startModelServer({ delayMs: 1500 });
    const project = await twoSuites(server.openaiBaseUrl);
    const screen = startOnTerminal(['eval', '--watch', '--concurrency', '1'], { cwd: project.dir, env });
    await screen.waitFor(/25%/);
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    expect(screen.shown()).toContain('INTERRUPTED (exit code 130)');
    leavesNothingBehind(project);
  });

  it('does not run for ever when an app writes beside its code', async () => {
    const app = `import { appendFileSync } from 'node:fs';
appendFileSync('app/calls.log', 'call\\n');
setTimeout(() => process.stdout.write(JSON.stringify({ text: 'yes' })), 600);
`;
    const project = await makeProject({
      'llmci.yaml': { providers: { app: { type: 'exec', command: ['node', 'app/answer.mjs'] } } },
      'app/answer.mjs': app,
      'prompts/a.prompt.yaml': { ...prompt('{{ text }}'), model: 'app/x' },
      'evals/a.eval.yaml': suite('a'),
    });
    const screen = startOnTerminal(['eval', '--watch'], { cwd: project.dir });
    expect(await screen.waitFor(WAITING)).toContain('PASS (exit code 0)');
    screen.type('q');
    expect(await screen.ended).toBe(0);
  });

  it('ends at once for a suite that is not there', async () => {
    const project = await twoSuites('http://127.0.0.1:9');
    const screen = startOnTerminal(['eval', 'nosuch', '--watch'], { cwd: project.dir, env });
    expect(await screen.ended).toBe(2);
    expect(screen.shown()).toContain('there is no suite called nosuch');
  });

  it('is not for CI', async () => {
    const project = await twoSuites('http://127.0.0.1:9');
    const screen = startOnTerminal(['eval', '--watch'], { cwd: project.dir, env: { ...env, CI: 'true' } });
    expect(await screen.ended).toBe(2);
    expect(screen.shown()).toContain('--watch: it stays until somebody ends it, and this is CI');
  });
});

describe('eval --watch without a terminal', () => {
  it('is refused', async () => {
    const project = await twoSuites('http://127.0.0.1:9');
    const { code, stderr } = await runCli(['eval', '--watch'], { cwd: project.dir, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('and there is no terminal here')]);
  });

  it.each(['--record', '--batch', '--no-cache', '--json', '--resume', '--affected'])(
    'does not go with %s',
    async (flag) => {
      const { code, stderr } = await runCli(['eval', '--watch', flag]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`leave out ${flag}`)]);
    },
  );
});

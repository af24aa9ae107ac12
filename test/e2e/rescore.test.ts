import { beforeEach, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// The outputs of a run are scored again. The app leaves a trace of every call.

let project: Project;
const run = (...args: readonly string[]) => runCli([...args], { cwd: project.dir });
const calls = async () => (await project.read('calls.txt').catch(() => '')).length;
const suite = (metrics: readonly object[], expected = 'yes') => ({
  prompt: 'p',
  metrics,
  cases: [
    { id: 'a', vars: { text: 'hello' }, expected },
    { id: 'b', vars: { text: 'bye' }, expected },
  ],
});
const prompt = (content: string) => ({ model: 'bot', messages: [{ role: 'user', content }] });
const APP = `const { appendFileSync } = require('node:fs');
appendFileSync('calls.txt', 'x');
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ text: 'yes, certainly' })));`;

beforeEach(async () => {
  project = await makeProject({
    'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.cjs'] } } },
    'bot.cjs': APP,
    'prompts/p.prompt.yaml': prompt('{{ text }}'),
    'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
    'evals/p.eval.yaml': suite([{ metric: 'equals' }]),
  });
});

it('scores by the metrics, answers and gates of today, and calls nothing', async () => {
  expect((await run('eval')).code).toBe(1);
  expect(await calls()).toBe(2);
  await project.write('evals/p.eval.yaml', suite([{ metric: 'contains' }, { metric: 'length', max: 100 }]));
  const first = await run('rescore', '--reporter', 'json=r.json', '--reporter', 'console');
  expect([first.code, await calls()]).toEqual([0, 2]);
  expect(first.stdout).toContain('2 replayed');
  expect(first.stdout).toMatch(/Rescored: the outputs are those of run \S+/);
  const record = (await project.readJson('r.json')) as {
    usage: { usd: number };
    results: { scores: { id: string }[] }[];
  };
  expect(record.results.map(({ scores }) => scores.map(({ id }) => id))).toEqual([
    ['contains', 'length'],
    ['contains', 'length'],
  ]);
  // Also what cases expect, and the run that was made of another
  await project.write('evals/p.eval.yaml', suite([{ metric: 'contains' }], 'no'));
  const second = await run('rescore');
  expect([second.code, await calls()]).toEqual([1, 2]);
});

it('counts as not evaluated what asks something else now', async () => {
  await run('eval');
  await project.write('evals/p.eval.yaml', {
    ...suite([{ metric: 'contains' }]),
    cases: [
      { id: 'a', vars: { text: 'hello' }, expected: 'yes' },
      { id: 'b', vars: { text: 'changed' }, expected: 'yes' },
    ],
  });
  const changed = await run('rescore');
  expect([changed.code, await calls()]).toEqual([3, 2]);
  expect(changed.stdout).toContain('1 of 2 scores missing');
  await project.write('prompts/p.prompt.yaml', prompt('Say: {{ text }}'));
  expect((await run('rescore')).code).toBe(3);
  expect(await calls()).toBe(2);
});

it('scores no conversation in which the user would say something else today', async () => {
  const cases = (said: string, expected: string, more = {}) => ({
    ...suite([{ metric: 'contains' }]),
    cases: [{ id: 'a', vars: { text: 'hello', name: 'Ann' }, turns: [{ user: said, expected }], ...more }],
  });
  await project.write('evals/p.eval.yaml', cases('I am {{ name }}', 'yes'));
  expect((await run('eval')).code).toBe(0);
  await project.write('evals/p.eval.yaml', cases('I am {{ name }}', 'certainly'));
  const { code, stdout } = await run('rescore', '--reporter', 'console');
  expect([code, await calls()]).toEqual([0, 2]);
  expect(stdout).toContain('2 replayed');
  expect(stdout).not.toContain('live');
  const alone = { turns: undefined, expected: 'yes' };
  const simulate = { persona: 'Ann', goal: 'A refund', model: 'bot' };
  for (const other of [cases('Bye, {{ name }}', 'yes'), cases('', '', alone), cases('', '', { ...alone, simulate })]) {
    await project.write('evals/p.eval.yaml', other);
    expect([(await run('rescore')).code, await calls()]).toEqual([3, 2]);
  }
});

it('judges by the trials that there are, where gates would ask for more', async () => {
  const trials = { ...suite([{ metric: 'contains' }]), trials: { min: 1, max: 3 } };
  await project.write('evals/p.eval.yaml', trials);
  expect((await run('eval')).code).toBe(0);
  await project.write('prompts/p.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.9, decide: 'proof' }] });
  const { code, stdout } = await run('rescore');
  expect([code, await calls()]).toEqual([3, 2]);
  expect(stdout).toContain('INCONCLUSIVE');
  expect(stdout).toContain('The run that is rescored has no more.');
  expect(stdout).not.toContain('missing');
});

it('says what it cannot score', async () => {
  const none = await run('rescore');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no run')]);
  expect((await run('rescore', '20200101-000000-aaaa')).code).toBe(2);
});

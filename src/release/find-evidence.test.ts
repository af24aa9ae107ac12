import { expect, it } from 'vitest';
import { makeDelivery } from '../../test/helpers/delivery-project.js';

/** Of the same prompt, and red. */
const HARD = {
  prompt: 'reply',
  metrics: [{ metric: 'contains', value: 'Bob' }],
  cases: [{ id: 'ada', vars: { name: 'Ada' } }],
  gates: [{ metric: 'pass', min: 1, decide: 'point' }],
};

const TWICE = 'evals/hard.eval.yaml';
const OFTEN = { ...HARD, trials: 2, metrics: [{ metric: 'contains', value: 'Hello' }] };

it.each<readonly [string, file: string, content: object, args: readonly string[], code: number, says: RegExp]>([
  ['all its suites', 'notes.yaml', {}, [], 0, /promoted reply@1/],
  ['another model', 'notes.yaml', {}, ['--model', 'echo/y'], 1, /asked echo\/y, and reply@1 asks echo\/x/],
  ['more trials', TWICE, OFTEN, ['--trials', '3'], 0, /promoted reply@1/],
  ['fewer trials', TWICE, OFTEN, ['--trials', '1'], 1, /fewer trials \(--trials\) than its suites ask for: hard/],
  ['the easier of its suites', 'evals/hard.eval.yaml', HARD, ['reply'], 1, /left out suites of it: hard/],
  [
    'weaker gates, where that is forbidden',
    'prompts/reply.thresholds.yaml',
    { gates: [{ metric: 'pass', min: 0.1 }] },
    ['--protect', '--base', 'HEAD~1'],
    1,
    /did not pass in run \S+: fail, as the change weakens what judges it \(--protect\)/,
  ],
])('a run of %s', async (_, file, content, args, code, says) => {
  const project = await makeDelivery({ dev: { evidence: {} } });
  await project.write(file, content);
  await project.commit('more');
  await project.llmci('eval', '--quiet', ...args);
  await project.llmci('release');
  const promoted = await project.llmci('promote', 'reply', '--to', 'dev');
  expect([promoted.code, promoted.stdout]).toEqual([code, expect.stringMatching(says)]);
});

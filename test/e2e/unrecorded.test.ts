import { describe, expect, it } from 'vitest';
import { KEY, makeServedProject } from '../helpers/served-project.js';

// A replay that lacks answers says what has changed, once, and what to do about it, once.

const WITHOUT_KEY = { env: { FAKE_KEY: undefined } };

/** Three cases that are recorded; then some files change, and what a replay says of it. */
async function replayAfter(
  files: Readonly<Record<string, string | object>>,
  args: readonly string[] = [],
): Promise<{ readonly stdout: string; readonly reasons: readonly string[] }> {
  const { llmci, project, record } = await makeServedProject(
    {},
    {
      cases: ['ok 1', 'ok 2', 'ok 3'],
      suite: { cassette: '../fixtures/c.jsonl' },
      thresholds: {
        gates: [
          { metric: 'pass', min: 0.5 },
          { metric: 'pass', stat: 'mean', min: 0.5 },
        ],
      },
    },
  );
  expect((await llmci(['eval', '--record'], { env: { FAKE_KEY: KEY } })).code).toBe(0);
  for (const [path, content] of Object.entries(files)) await project.write(path, content);
  const { stdout, code } = await llmci(['eval', '--replay', ...args], WITHOUT_KEY);
  expect(code).toBe(3);
  const { record: run } = await record(['eval', '--replay', ...args], WITHOUT_KEY);
  expect(run.unrecorded?.cassettes).toEqual(['fixtures/c.jsonl']);
  return { stdout, reasons: [...new Set(run.results.flatMap(({ error }) => error?.message ?? []))] };
}

const suite = (cases: readonly object[], more: object = {}) => ({
  prompt: 'reply',
  metrics: [{ metric: 'contains', value: 'ok' }],
  cassette: '../fixtures/c.jsonl',
  cases,
  ...more,
});
const three = ['ok 1', 'ok 2', 'ok 3'].map((ticket, index) => ({ id: `c${index + 1}`, vars: { ticket } }));

describe('eval --replay', () => {
  it('says that the prompt has changed, and what to do, once', async () => {
    const { stdout, reasons } = await replayAfter({
      'prompts/reply.prompt.yaml': {
        model: 'fake/model-1',
        messages: [{ role: 'user', content: 'Dear {{ ticket }}' }],
      },
    });
    expect(reasons).toEqual([
      'prompt reply has changed since fixtures/c.jsonl was recorded: its messages, parameters or tools, or the settings or the code of its provider',
    ]);
    expect(stdout.match(/has changed/g)).toHaveLength(1);
    expect(stdout.match(/llmci eval --record/g)).toHaveLength(1);
    expect(stdout.match(/3 of 3 scores missing/g)).toHaveLength(1);
    expect(stdout).toContain(
      'ERROR (exit code 3): 3 of 3 samples have no recorded answer: run llmci eval --record, and commit fixtures/c.jsonl; 2 of 2 gates could not be judged\n',
    );
  });

  it('tells a changed model from a changed prompt', async () => {
    const { reasons } = await replayAfter({}, ['--model', 'fake/model-2']);
    expect(reasons).toEqual([
      'the model has changed: fixtures/c.jsonl has answers of fake/model-1, and none of fake/model-2',
    ]);
  });

  it('tells a case that asks something else, one that is new, and a further trial', async () => {
    const [first, second] = three;
    const changed = await replayAfter({
      'evals/reply.eval.yaml': suite([first ?? {}, second ?? {}, { id: 'c3', vars: { ticket: 'ok anew' } }]),
    });
    expect(changed.reasons).toEqual([
      'the dataset has changed: these cases ask something else than when fixtures/c.jsonl was recorded',
    ]);
    const added = await replayAfter({
      'evals/reply.eval.yaml': suite([...three, { id: 'c4', vars: { ticket: 'ok 4' } }]),
    });
    expect(added.reasons).toEqual(['the dataset has changed: these cases are not in fixtures/c.jsonl']);
    const trials = await replayAfter({ 'evals/reply.eval.yaml': suite(three, { trials: 2 }) });
    expect(trials.reasons).toEqual(['fixtures/c.jsonl has fewer trials of these cases than are asked for']);
  });
});

import { expect, it } from 'vitest';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { makeServedProject } from '../helpers/served-project.js';

// What metrics look at in a conversation: the last answer, every answer, one of them, or all of it.

const say: Respond = ({ lastUserText: text }) => ({ kind: 'text', text: `said ${text}` });

async function score(metrics: readonly object[], turns: readonly object[], more: object = {}) {
  const cases = [{ id: 'talk', vars: { ticket: 'one' }, turns, ...more }];
  const served = await makeServedProject({ respond: say }, { suite: { metrics, cases }, thresholds: null });
  const { record, result } = await served.record(['eval', '--allow-no-gates']);
  return {
    served,
    result,
    scores: Object.fromEntries((record.results[0]?.scores ?? []).map((each) => [each.id, each])),
  };
}

const turns = [{ user: 'two' }, { user: 'three' }];

it('the last answer, unless the entry says otherwise; of every answer the worst counts', async () => {
  const { scores } = await score(
    [
      { metric: 'contains', value: 'three' },
      { metric: 'contains', id: 'every', value: 'said', on: 'every' },
      { metric: 'contains', id: 'worst', value: 't', on: 'every' },
      { metric: 'contains', id: 'whole', value: 'said one', on: 'conversation' },
      { metric: 'contains', id: 'not-the-user', value: 'said one\n\nsaid two\n\nsaid three', on: 'conversation' },
      { metric: 'length', id: 'longest', on: 'every' },
      { metric: 'steps' },
    ],
    turns,
  );
  expect(Object.entries(scores).map(([id, { value }]) => [id, value])).toEqual([
    ['contains', 1],
    ['every', 1],
    ['worst', 0],
    ['whole', 1],
    ['not-the-user', 1],
    ['longest', 10],
    ['steps', 3],
  ]);
  expect(scores['worst']?.reason).toMatch(/^answer 1 of 3: /);
});

it('each turn may expect something of its own, and have metrics of its own', async () => {
  const { scores, result } = await score(
    [
      { metric: 'equals', on: 'every' },
      { metric: 'equals', id: 'last' },
    ],
    [
      { user: 'two', expected: 'said two', metrics: [{ metric: 'contains', value: 'two' }] },
      { user: 'three', expected: 'said 3', metrics: [{ metric: 'contains', id: 'mine', value: 'two' }] },
    ],
  );
  expect(result.stderr).not.toContain('error');
  expect(Object.entries(scores).map(([id, { value, reason }]) => [id, value, reason.split(':')[0]])).toEqual([
    ['equals', 0, 'answer 2 of 2'],
    ['last', 0, expect.any(String)],
    ['turn-1.contains', 1, expect.any(String)],
    ['mine', 0, expect.any(String)],
  ]);
});

it('what the last turn expects goes before what the case expects', async () => {
  const { scores } = await score([{ metric: 'equals' }], [{ user: 'two', expected: 'said two' }], { expected: 'x' });
  expect(scores['equals']?.value).toBe(1);
});

it('an empty list expects no call of a tool, in a turn and in the end', async () => {
  const metrics = [{ metric: 'tool-calls', on: 'every' }, { metric: 'tool-call' }];
  const { scores } = await score(metrics, [{ user: 'two', expected: [] }], { expected: [] });
  expect([scores['tool-calls']?.value, scores['tool-call']?.value]).toEqual([1, 1]);
});

it('metrics that cannot look at one answer say so', async () => {
  const served = await makeServedProject(
    {},
    {
      suite: {
        metrics: [{ metric: 'latency', on: 'every' }, { metric: 'equals' }],
        cases: [{ id: 'talk', vars: { ticket: 'x' }, turns: [{ user: 'y', metrics: [{ metric: 'cost' }] }] }],
      },
      thresholds: null,
    },
  );
  const { code, stderr } = await served.llmci(['eval']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/reply\.eval\.yaml:\d+:\d+ .*latency looks at the whole sample: leave out `on`/);
  expect(stderr).toContain('metric cost does not look at one turn');
  expect(stderr).toContain('case talk has no `expected`, which metric equals needs');
});

it('a judge sees the conversation where the metric or its prompt says so, and else the answer alone', async () => {
  const judge: Respond = ({ body, lastUserText: text }) =>
    body['response_format']
      ? { kind: 'text', text: JSON.stringify({ reason: text, verdict: 'yes' }) }
      : { kind: 'text', text: `said ${text}` };
  const rubric = { metric: 'judge', rubric: 'Is it polite?', choices: { yes: 1, no: 0 } };
  const served = await makeServedProject(
    { respond: judge },
    {
      config: { judge: { model: 'fake/judge-1' } },
      suite: {
        metrics: [rubric, { ...rubric, id: 'whole', on: 'conversation' }, { ...rubric, id: 'each', on: 'every' }],
        cases: [{ id: 'talk', vars: { ticket: 'one' }, turns }],
        cassette: '../fixtures/reply.jsonl',
      },
      thresholds: null,
    },
  );
  const { record } = await served.record(['eval', '--allow-no-gates', '--record']);
  expect(record.results[0]?.scores.map(({ value }) => value)).toEqual([1, 1, 1]);
  const asked = served.server.calls
    .map(({ body }) => JSON.stringify(body))
    .filter((body) => body.includes('Is it polite'));
  const shown = (part: string) => asked.filter((text) => text.includes(part)).length;
  // Of three answers each, and all together; the last answer is asked about once
  expect([asked.length, shown('[assistant]\\nsaid two'), shown('[user]\\ntwo')]).toEqual([4, 1, 1]);
  const replayed = await served.record(['eval', '--allow-no-gates', '--replay']);
  expect(replayed.record.results[0]?.scores.map(({ value }) => value)).toEqual([1, 1, 1]);
});

import { expect, it } from 'vitest';
import type { GateStatus, GatewayStatus, RolloutStatus } from '../../model/gateway-status.js';
import { rolloutVerdict } from '../status/board.js';
import { tellVerdict } from './verdict.js';

function statusOf(
  gates: readonly (readonly [level: 'error' | 'warn', verdict: GateStatus['verdict']])[],
  over: Partial<RolloutStatus> = {},
  from: GatewayStatus['source']['from'] = 'store',
): GatewayStatus {
  const made = gates.map(
    ([level, verdict]): GateStatus => ({
      ...({
        prompt: 'p',
        metric: 'errors',
        stat: 'rate',
        level,
        verdict,
        unit: 'share',
        words: { found: null, bounds: null, allowed: 'at most 1 point higher' },
        harm: 'above',
      } as const),
      ...{ estimate: 0.5, low: 0, high: 1, margin: 0.01, calls: { control: 1, candidate: 1 }, needed: 9 },
      ...{ method: '', past: [] },
    }),
  );
  const rollout: RolloutStatus = {
    ...{ name: 'live-2', line: 2, strategy: 'canary', weight: 0.1, paused: false, since: '', weightSince: '', by: '' },
    ...{ prompts: [{ prompt: 'p', control: 1, candidate: 2, risk: 'low' }], steps: [], gates: made },
    ...{ copies: null, waits: null },
    scores: { metrics: [], failed: [], spent: [] },
    verdict: rolloutVerdict(made),
    ...over,
  };
  return {
    ...{ environment: 'live', version: '', at: '', started: '', acts: false, prompts: [], arms: [], history: [] },
    source: { line: 2, at: '', from },
    rollouts: [rollout],
  };
}

it.each<readonly [string, GatewayStatus, string, RegExp]>([
  [
    'all passed',
    statusOf([
      ['error', 'pass'],
      ['warn', 'wait'],
    ]),
    'pass',
    /every gate/,
  ],
  [
    'one failed',
    statusOf([
      ['error', 'pass'],
      ['error', 'fail'],
    ]),
    'fail',
    /failed: errors rate/,
  ],
  [
    'one waits',
    statusOf([
      ['error', 'pass'],
      ['error', 'wait'],
    ]),
    'wait',
    /not decided: errors rate/,
  ],
  ['none decides', statusOf([['warn', 'pass']]), 'wait', /nothing judges it/],
  ['there are none', statusOf([]), 'wait', /nothing judges it/],
  ['paused', statusOf([['error', 'pass']], { paused: true }), 'wait', /paused/],
  ['the store is gone', statusOf([['error', 'pass']], {}, 'last-known'), 'wait', /store/],
  ['one failed and the store is gone', statusOf([['error', 'fail']], {}, 'last-known'), 'fail', /failed/],
  ['one failed and paused', statusOf([['error', 'fail']], { paused: true }), 'fail', /failed/],
])('%s', (_, status, verdict, why) => {
  const told = tellVerdict('p', status);
  expect(told).toMatchObject({ verdict, candidate: 'p@2', rollout: 'live-2' });
  expect(told.why).toMatch(why);
});

it('what no gate judges is not good because another prompt of its rollout is', () => {
  const moved = (prompt: string) => ({ prompt, control: 1, candidate: 2, risk: 'low' as const });
  const both = { prompts: [moved('p'), moved('q')] };
  for (const prompt of ['p', 'q']) {
    const told = tellVerdict(prompt, statusOf([['error', 'pass']], both));
    expect(told).toMatchObject({ verdict: 'wait', why: expect.stringMatching(/^q has no live gate/) });
  }
});

it('a rollout of another prompt says nothing', () => {
  expect(tellVerdict('q', statusOf([['error', 'pass']]))).toMatchObject({ verdict: 'wait', rollout: null, gates: [] });
});

import { describe, expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import type { Rollout } from '../../core/releases/state.js';
import { judgeAll } from '../../core/rollouts/judge-live.js';
import { isCopied } from '../../core/rollouts/sampled.js';
import type { LiveGate } from '../../model/live.js';
import type { FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import type { LiveScore } from '../scoring/live-scorer.js';
import { Counters } from './counters.js';

const gate = (metric: string, suffix = '', over: Partial<LiveGate> = {}): LiveGate => ({
  ...{ prompt: 'reply', metric, stat: 'mean', stream: `reply ${metric}${suffix}`, values: 'mean', better: 'lower' },
  ...{ bound: { kind: 'change', margin: 1, relative: false }, level: 'error' },
  ...over,
});
const FIRST = '2030-01-01T00:00:00.000Z';
const SECOND = '2030-01-01T01:00:00.000Z';

function rolloutAt(weight: number, weightSince: string): Rollout {
  const gates = [gate('errors'), gate('latency', ' log'), gate('tokens'), gate('feedback')];
  return {
    ...{ line: 2, weight, weightSince, since: FIRST, paused: false, by: { name: 'ada', via: 'git' } },
    releases: [{ prompt: 'reply', number: 2, digest: 'd', hash: 'h', replaces: 'c', risk: 'low' }],
    plan: { strategy: 'canary', live: { reply: { sample: 1, metrics: [], gates } } },
  };
}

function outcome(over: Partial<ReportedOutcome>): ReportedOutcome {
  return {
    ...{ callId: 'c', at: Date.parse(FIRST), prompt: 'reply', release: 'reply@2', arm: 'candidate', rollout: 'dev-2' },
    ...{ ok: null, latencyMs: null, usage: null, feedback: null, ...over },
  };
}

describe('what an app reports of a call of its own', () => {
  it('counts as a call, and for every gate that it says something of', () => {
    const counters = new Counters();
    counters.follow('dev', [rolloutAt(0.5, FIRST)]);
    counters.onOutcome(outcome({ ok: true, latencyMs: 1000, usage: { inputTokens: 7, outputTokens: 3 } }));
    counters.onOutcome(outcome({ ok: false, latencyMs: 20 }));
    counters.onOutcome(outcome({ arm: 'control', latencyMs: 500 }));
    const [step] = counters.of('dev-2').steps;
    expect(step?.calls).toEqual({ control: 1, candidate: 2 });
    expect(step?.streams['reply errors']?.candidate).toEqual({ n: 2, sum: 1, squares: 1 });
    // How long a failure took says nothing of answers
    expect(step?.streams['reply latency log']?.candidate.sum).toBeCloseTo(Math.log(1000), 9);
    expect(step?.streams['reply latency log']).toMatchObject({ candidate: { n: 1 }, control: { n: 1 } });
    expect(step?.streams['reply tokens']?.candidate).toEqual({ n: 1, sum: 10, squares: 100 });
  });

  it('lacks what it does not say, which keeps a gate from passing where that is not alike', () => {
    const counters = new Counters();
    const { plan, ...rollout } = rolloutAt(0.5, FIRST);
    const latency = gate('latency', ' log', {
      values: 'log-mean',
      bound: { kind: 'change', margin: 1, relative: true },
    });
    const live = { reply: { sample: 1, metrics: [], gates: [latency] } };
    counters.follow('dev', [{ ...rollout, plan: { ...plan, live } }]);
    for (let call = 0; call < 400; call++) {
      const latencyMs = 900 + call;
      counters.onOutcome(outcome({ arm: 'control', ok: true, latencyMs }));
      // Of the slow ones nothing is told
      counters.onOutcome(outcome({ ok: true, latencyMs: call < 200 ? latencyMs : null }));
    }
    counters.onOutcome(outcome({ feedback: 1 }));
    const counts = counters.of('dev-2');
    expect(counts.steps[0]?.streams['reply latency log']?.missing).toEqual({ control: 0, candidate: 200 });
    expect(judgeAll([latency], counts)).toMatchObject([{ verdict: 'wait', lacking: { control: 0, candidate: 0.5 } }]);
  });

  it('is no second call when it is feedback only', () => {
    const counters = new Counters();
    counters.follow('dev', [rolloutAt(0.5, FIRST)]);
    counters.onCall(callOf({ prompt: 'reply', arm: 'candidate', rollout: 'dev-2' }));
    counters.onOutcome(outcome({ feedback: 1 }));
    const [step] = counters.of('dev-2').steps;
    expect(step?.calls).toEqual({ control: 0, candidate: 1 });
    expect(step?.streams['reply feedback']?.candidate).toEqual({ n: 1, sum: 1, squares: 1 });
  });

  it('counts in the step whose share has chosen the arm', () => {
    const counters = new Counters();
    counters.follow('dev', [rolloutAt(0.1, FIRST)]);
    counters.onOutcome(outcome({ ok: true }));
    counters.follow('dev', [rolloutAt(0.5, SECOND)]);
    counters.onOutcome(outcome({ ok: false, at: Date.parse(SECOND) - 1 }));
    counters.onOutcome(outcome({ ok: true, at: Date.parse(SECOND) }));
    expect(counters.of('dev-2').steps.map(({ weight, calls }) => [weight, calls.candidate])).toEqual([
      [0.1, 2],
      [0.5, 1],
    ]);
  });
});

describe('a call counts in the step whose share has chosen its arm', () => {
  const call = (weight: number) => callOf({ prompt: 'reply', arm: 'candidate', rollout: 'dev-2', weight });
  const countsIn = (counters: Counters) =>
    counters.of('dev-2').steps.map(({ weight, calls }) => [weight, calls.candidate]);

  it('although it ends in a later one', () => {
    const counters = new Counters();
    counters.follow('dev', [rolloutAt(0.01, FIRST)]);
    counters.follow('dev', [rolloutAt(0.5, SECOND)]);
    for (const weight of [0.01, 0.5, 0.01]) counters.onCall(call(weight));
    expect(countsIn(counters)).toEqual([
      [0.01, 2],
      [0.5, 1],
    ]);
  });

  it('although the gateway has not read of that step yet', () => {
    const counters = new Counters();
    counters.follow('dev', [rolloutAt(0.01, FIRST)]);
    counters.onCall(call(0.5));
    expect(countsIn(counters)).toEqual([]);
    counters.follow('dev', [rolloutAt(0.5, SECOND)]);
    expect(countsIn(counters)).toEqual([[0.5, 1]]);
  });

  it('of another gateway too', () => {
    const counters = new Counters();
    const step = { weight: 0.01, since: FIRST, calls: { control: 5, candidate: 0 }, streams: {} };
    counters.hear([{ rollout: 'dev-2', steps: [step] }]);
    counters.follow('dev', [rolloutAt(0.5, SECOND)]);
    counters.onCall(call(0.01));
    expect(countsIn(counters)).toEqual([[0.01, 1]]);
  });
});

describe('what several gateways count', () => {
  it('is the sum, whatever the order in which they are heard of', () => {
    const counted = (arm: 'control' | 'candidate', calls: number) => {
      const counters = new Counters();
      counters.follow('dev', [rolloutAt(0.5, FIRST)]);
      for (let made = 0; made < calls; made++)
        counters.onCall(callOf({ prompt: 'reply', arm, rollout: 'dev-2', latencyMs: 10 + made }));
      return counters;
    };
    const [a, b, c] = [counted('control', 3), counted('candidate', 4), counted('candidate', 5)];
    a.hear([...b.own(), ...c.own()]);
    b.hear([...c.own(), ...a.own()]);
    c.hear([...b.own(), ...a.own()]);
    for (const all of [a, b, c]) {
      expect(all.of('dev-2').steps.map(({ calls }) => calls)).toEqual([{ control: 3, candidate: 9 }]);
      expect(all.of('dev-2').steps[0]?.streams['reply errors']?.candidate.n).toBe(9);
    }
    // Heard again, it is in the place of what was heard before
    a.hear([...b.own(), ...c.own()]);
    expect(a.of('dev-2').steps[0]?.calls.candidate).toBe(9);
  });
});

describe('what lacks a value', () => {
  const open = (gates: readonly LiveGate[], plan: Partial<Rollout['plan']> = {}) => {
    const counters = new Counters();
    const rollout = rolloutAt(plan.strategy === 'shadow' ? 0 : 0.5, FIRST);
    const live = { reply: { sample: 1, metrics: [], gates: [...gates] } };
    counters.follow('dev', [{ ...rollout, plan: { ...rollout.plan, ...plan, live } }]);
    const call = (over: Partial<FinishedCall>) =>
      counters.onCall(callOf({ prompt: 'reply', rollout: 'dev-2', at: Date.parse(FIRST), ...over }));
    const score = (over: Partial<LiveScore>) =>
      counters.onScore({
        ...{ at: Date.parse(FIRST), prompt: 'reply', arm: 'candidate', rollout: 'dev-2', call: 'c', copyOf: null },
        ...{ metric: 'tone', series: 's', value: null, passed: null, failed: false, ...over },
      });
    return { counters, call, score, streams: () => counters.of('dev-2').steps[0]?.streams ?? {} };
  };
  const FAILED = { answer: null, error: 'server' } as const;

  it('is counted by arm, and over a restart', () => {
    const { counters, call, score, streams } = open([gate('tone'), gate('cost')]);
    score({ value: 1 });
    score({});
    score({ arm: 'control' });
    call({ arm: 'candidate', usd: null });
    call({ arm: 'candidate', clientLeft: true, ...FAILED, error: 'cancelled' });
    expect(streams()['reply tone #s']).toMatchObject({ candidate: { n: 1 }, missing: { control: 1, candidate: 1 } });
    expect(streams()['reply cost']?.missing).toEqual({ control: 0, candidate: 1 });
    const before = counters.all();
    counters.add(before);
    expect(streams()['reply tone #s']?.missing).toEqual({ control: 2, candidate: 2 });
  });

  it('is a failed call too, unless a gate judges errors', () => {
    const both = [gate('tone'), gate('cost')];
    for (const [gates, missing] of [
      [both, { control: 0, candidate: 1 }],
      [[...both, gate('errors', '', { level: 'warn' })], { control: 0, candidate: 1 }],
      [[...both, gate('errors')], undefined],
    ] as const) {
      const { call, score, streams } = open(gates);
      call({ arm: 'candidate', ...FAILED });
      score({ failed: true });
      expect(streams()['reply cost']?.missing).toEqual(missing);
      expect(streams()['reply tone #s']?.missing).toEqual(missing);
    }
  });
});

describe('scores of a call and of its copy', () => {
  it('make a pair in whatever order they come, and only where there is a copy', () => {
    const counters = new Counters();
    const rollout = rolloutAt(0, FIRST);
    const live = { reply: { sample: 1, metrics: [], gates: [gate('tone')] } };
    const steps = [{ weight: 0.5 }];
    counters.follow('dev', [{ ...rollout, plan: { strategy: 'shadow', steps, live } }]);
    const copied = Array.from({ length: 100 }, (_, n) => `c-${n}`).filter((id) => isCopied('dev-2', id, 0.5));
    const score = (call: string, copyOf: string | null, value: number) =>
      counters.onScore({
        ...{
          at: Date.parse(FIRST),
          prompt: 'reply',
          rollout: 'dev-2',
          call,
          copyOf,
          metric: 'tone',
          series: 's',
          value,
        },
        ...{ arm: copyOf === null ? 'control' : 'candidate', passed: null, failed: false },
      });
    for (const [place, id] of copied.entries()) {
      if (place % 2 === 0) score(id, null, 0.5);
      score(`copy of ${id}`, id, 0.25);
      if (place % 2 === 1) score(id, null, 0.5);
    }
    for (let n = 0; n < 20_000; n++) score(`alone-${n}`, null, 0.5);
    const paired = counters.of('dev-2').steps[0]?.streams['reply tone #s']?.paired;
    expect(paired).toEqual({ n: copied.length, sum: -copied.length / 4, squares: copied.length / 16 });
  });

  it('wait for each other while other calls that are not copied are scored', () => {
    const counters = new Counters();
    const rollout = rolloutAt(0, FIRST);
    const live = { reply: { sample: 1, metrics: [], gates: [gate('tone')] } };
    counters.follow('dev', [{ ...rollout, plan: { strategy: 'shadow', steps: [{ weight: 0.01 }], live } }]);
    const ids = Array.from({ length: 20_000 }, (_, n) => `c-${n}`);
    const [first = ''] = ids.filter((id) => isCopied('dev-2', id, 0.01));
    const of = { at: Date.parse(FIRST), prompt: 'reply', rollout: 'dev-2', metric: 'tone', series: 's', passed: null };
    for (const call of ids) counters.onScore({ ...of, arm: 'control', call, copyOf: null, value: 1, failed: false });
    counters.onScore({ ...of, arm: 'candidate', call: 'late', copyOf: first, value: 0, failed: false });
    expect(counters.of('dev-2').steps[0]?.streams['reply tone #s']?.paired).toEqual({ n: 1, sum: -1, squares: 1 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADA, BOB, hour, releaseAt, Story } from '../../../test/helpers/ledger.js';
import type { LedgerAction, RecordedPlan } from '../../model/ledger.js';
import type { LiveGate } from '../../model/live.js';
import { sha256 } from '../text/canonical.js';
import { headOf, NO_HEAD, readLedger, sealLine } from './chain.js';
import { fold } from './fold.js';
import { EMPTY_STATE, type EnvironmentState, holdOf, releaseBefore } from './state.js';
import { stateFromJson, stateToJson } from './state-json.js';

const live = (state: EnvironmentState, prompt = 'reply') => state.live.get(prompt)?.release.number ?? null;

describe('fold', () => {
  it('of nothing is nothing', () => {
    expect(fold([])).toEqual({ state: EMPTY_STATE, fault: null });
  });

  it('tells what is live, since when and on whose word', () => {
    const state = new Story().promote(1).promote(2, { by: BOB }).state();
    expect(state.live.get('reply')).toMatchObject({
      release: { number: 2 },
      since: hour(2),
      line: 2,
      by: BOB,
      override: null,
    });
  });

  it('walks back through history, ten times in a row', () => {
    const story = new Story();
    for (let number = 1; number <= 11; number++) story.promote(number);
    for (let number = 11; number > 1; number--) {
      expect(releaseBefore(story.state(), 'reply')?.number).toBe(number - 1);
      story.rollback(number, number - 1);
    }
    expect(live(story.state())).toBe(1);
    expect(releaseBefore(story.state(), 'reply')).toBeNull();
    expect(story.state().holds.map(({ release }) => release.number)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('still walks back after it went to what was rolled back before', () => {
    const story = new Story().promote(1).promote(2).promote(3).rollback(3, 2);
    story.add({ action: 'unhold', release: releaseAt(3), reason: 'the data were wrong' }).rollback(2, 3);
    expect(releaseBefore(story.state(), 'reply')).toEqual(releaseAt(1));
  });

  it('after a rollback and a new release goes back to what was live between them', () => {
    const story = new Story().promote(1).promote(2).rollback(2, 1).promote(3);
    expect(releaseBefore(story.state(), 'reply')?.number).toBe(1);
  });

  it('does not go back to what is held', () => {
    const story = new Story()
      .promote(1)
      .promote(2)
      .add({ action: 'hold', release: releaseAt(2), reason: 'legal' })
      .promote(3);
    expect(releaseBefore(story.state(), 'reply')?.number).toBe(1);
  });

  it('makes the candidate live when its rollout is complete', () => {
    const story = new Story().promote(1);
    story.add({ action: 'rollout', releases: [story.moved(2)], plan: { strategy: 'canary' }, weight: 0.1 });
    story.add({ action: 'step', rollout: 2, weight: 0.5 });
    expect(story.state().rollouts).toMatchObject([{ weight: 0.5, weightSince: hour(3), paused: false }]);
    expect(live(story.state())).toBe(1);
    story.add({ action: 'complete', rollout: 2 }, BOB);
    expect(story.state()).toMatchObject({ rollouts: [] });
    expect(story.state().live.get('reply')).toMatchObject({ release: { number: 2 }, by: BOB });
  });

  it('takes several candidates back together, and holds them', () => {
    const story = new Story().promote(1).promote(1, { prompt: 'other' });
    const releases = [story.moved(2), story.moved(2, 'other')];
    story.add({ action: 'rollout', releases, plan: { strategy: 'canary' }, weight: 0.1 });
    story.add({
      action: 'rollback',
      releases: ['reply', 'other'].map((prompt) => ({ removed: releaseAt(2, prompt), to: releaseAt(1, prompt) })),
    });
    const state = story.state();
    expect([live(state), live(state, 'other'), state.rollouts.length]).toEqual([1, 1, 0]);
    expect(holdOf(state, releaseAt(2)) && holdOf(state, releaseAt(2, 'other'))).not.toBeNull();
  });

  it('ends a rollout whose control was rolled back', () => {
    const story = new Story().promote(1).promote(2);
    story.add({ action: 'rollout', releases: [story.moved(3)], plan: { strategy: 'canary' }, weight: 0.1 });
    story.rollback(2, 1);
    expect(story.state().rollouts).toEqual([]);
    expect(holdOf(story.state(), releaseAt(3))).toBeNull();
  });

  it('an override says why, and ends a hold', () => {
    const story = new Story().promote(1).promote(2).rollback(2, 1);
    story.add({ action: 'override', releases: [story.moved(2)], refused: ['held'], reason: 'the data were wrong' });
    expect(story.state().live.get('reply')?.override).toEqual({ reason: 'the data were wrong', refused: ['held'] });
    expect(story.state().holds).toEqual([]);
  });

  it.each<[string, (story: Story) => LedgerAction, string]>([
    [
      'a step of no rollout',
      () => ({ action: 'step', rollout: 1, weight: 1 }),
      'there is no rollout of line 1 under way',
    ],
    [
      'a release that is live',
      (story) => ({ action: 'promote', releases: [story.moved(2)] }),
      'reply@2 is live already',
    ],
    [
      'in place of what is not live',
      () => ({ action: 'promote', releases: [{ ...releaseAt(3), replaces: releaseAt(1).digest, risk: 'low' }] }),
      'reply@3 replaces what is not live',
    ],
    [
      'one prompt twice',
      (story) => ({ action: 'promote', releases: [story.moved(3), story.moved(4)] }),
      'reply is moved twice',
    ],
    [
      'a rollout beside nothing',
      (story) => ({ action: 'rollout', releases: [story.moved(1, 'other')], plan: { strategy: 'canary' }, weight: 0 }),
      'other@1 has nothing to be rolled out beside',
    ],
    [
      'back from what is not live',
      () => ({ action: 'rollback', releases: [{ removed: releaseAt(1), to: releaseAt(2) }] }),
      'reply@1 is not live',
    ],
    [
      'back to what was never live',
      () => ({ action: 'rollback', releases: [{ removed: releaseAt(2), to: releaseAt(9) }] }),
      'reply@9 has never been live here',
    ],
    ['unheld and not held', () => ({ action: 'unhold', release: releaseAt(1), reason: 'x' }), 'reply@1 is not held'],
  ])('cannot have happened: %s', (_, action, why) => {
    const story = new Story().promote(1).promote(2);
    const before = story.state();
    story.texts.push(sealLine(before.head, action(story), ADA, hour(9)));
    expect(fold(story.lines())).toEqual({ state: before, fault: { line: 3, why, newer: false } });
  });
});

/** Any action, whether it can happen or not. */
const releases = fc.record({ number: fc.integer({ min: 1, max: 4 }), prompt: fc.constantFrom('a', 'bb') });
const someAction = fc.oneof(
  fc.record({
    kind: fc.constantFrom('promote', 'override', 'rollout', 'rollback', 'hold', 'unhold', 'approve'),
    of: releases,
    to: releases,
  }),
  fc.record({
    kind: fc.constantFrom('step', 'pause', 'resume', 'complete', 'abort'),
    rollout: fc.integer({ min: 1, max: 12 }),
  }),
);
type Some = typeof someAction extends fc.Arbitrary<infer Value> ? Value : never;

function actionOf(some: Some, state: EnvironmentState): LedgerAction {
  if ('rollout' in some) {
    const { kind, rollout } = some;
    return kind === 'step' ? { action: kind, rollout, weight: 0.5 } : { action: kind as 'pause', rollout };
  }
  const release = releaseAt(some.of.number, some.of.prompt);
  const replaces = state.live.get(release.prompt)?.release.digest ?? null;
  const moved = [{ ...release, replaces, risk: 'low' as const }];
  switch (some.kind) {
    case 'promote':
      return { action: 'promote', releases: moved };
    case 'override':
      return { action: 'override', releases: moved, refused: ['x'], reason: 'x' };
    case 'rollout':
      return { action: 'rollout', releases: moved, plan: { strategy: 'canary' }, weight: 0.1 };
    case 'rollback':
      return { action: 'rollback', releases: [{ removed: release, to: releaseAt(some.to.number, some.of.prompt) }] };
    case 'approve':
      return { action: 'approve', release, replaces, risk: 'low' };
    default:
      return { action: some.kind as 'hold', release, reason: 'x' };
  }
}

/** A ledger of those of some actions that can happen, each at its turn. */
function happened(actions: readonly Some[]): readonly string[] {
  const texts: string[] = [];
  for (const some of actions) {
    const { state } = fold(readLedger(texts).lines);
    const text = sealLine(state.head, actionOf(some, state), ADA, hour(texts.length));
    if (fold(readLedger([...texts, text]).lines).fault === null) texts.push(text);
  }
  return texts;
}

describe('any ledger', () => {
  it('has a valid state after each of its lines', () => {
    fc.assert(
      fc.property(fc.array(someAction, { maxLength: 14 }), (actions) => {
        const texts = happened(actions);
        for (let n = 0; n <= texts.length; n++) {
          const { lines, fault } = readLedger(texts.slice(0, n));
          expect(fault).toBeNull();
          const folded = fold(lines);
          expect(folded.fault).toBeNull();
          const { head, live: now, rollouts, served, earlier } = folded.state;
          expect(head.n).toBe(n);
          for (const [prompt, { release }] of now) {
            expect(served.get(prompt)?.has(release.number)).toBe(true);
            for (const each of earlier.get(prompt) ?? []) expect(served.get(prompt)?.has(each.number)).toBe(true);
          }
          const moving = rollouts.flatMap((rollout) => rollout.releases.map(({ prompt }) => prompt));
          expect(new Set(moving).size).toBe(moving.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is the same after a state that went through a file, wherever that was made', () => {
    fc.assert(
      fc.property(fc.array(someAction, { maxLength: 14 }), fc.nat(14), (actions, at) => {
        const texts = happened(actions);
        const n = Math.min(at, texts.length);
        const before = fold(readLedger(texts.slice(0, n)).lines).state;
        const again = n === 0 ? before : stateFromJson(JSON.parse(JSON.stringify(stateToJson(before))));
        if (again === null) throw new Error('it did not come back');
        expect(again).toEqual(before);
        const { lines, fault } = readLedger(texts.slice(n), NO_HEAD, again.head);
        expect(fault).toBeNull();
        expect(fold(lines, again)).toEqual(fold(readLedger(texts).lines));
        // What was gone on from is as it was
        expect(again).toEqual(before);
      }),
    );
  });

  it('comes back from a file with the whole plan of a rollout', () => {
    const story = new Story().promote(1);
    const gate: LiveGate = {
      ...{ prompt: 'reply', metric: 'errors', stat: 'rate', stream: 'errors', values: 'rate', better: 'lower' },
      ...{ bound: { kind: 'change', margin: 0.01, relative: false }, level: 'error' },
    };
    const plan: RecordedPlan = {
      ...{ strategy: 'canary', deadline: 86_400_000, steps: [{ weight: 0.1, calls: 10, for: 60_000 }] },
      live: { reply: { sample: 1, metrics: [], gates: [gate] } },
    };
    story.add({ action: 'rollout', releases: [story.moved(2)], plan, weight: 0.1 });
    expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(story.state()))))).toEqual(story.state());
  });

  it('never has live, without an override, what was held', () => {
    fc.assert(
      fc.property(fc.array(someAction, { maxLength: 14 }), (actions) => {
        const { lines } = readLedger(happened(actions));
        const moved = lines.filter(({ action }) => action === 'promote' || action === 'complete');
        for (const { n } of moved) {
          const before = fold(lines.slice(0, n - 1)).state;
          const after = fold(lines.slice(0, n)).state;
          for (const [prompt, { line, release }] of after.live) {
            if (line === n) expect(holdOf(before, release), prompt).toBeNull();
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is total over lines in any order', () => {
    fc.assert(
      fc.property(fc.array(someAction, { maxLength: 10 }), fc.array(fc.nat()), (actions, order) => {
        const { lines } = readLedger(happened(actions));
        const mixed = order.flatMap((index) => lines[index % Math.max(1, lines.length)] ?? []);
        expect(() => fold(mixed)).not.toThrow();
      }),
    );
  });
});

describe('the chain', () => {
  const texts = new Story().promote(1).promote(2).rollback(2, 1).promote(3).texts;

  it('is broken by any change of a single byte', () => {
    const whole = `${texts.join('\n')}\n`;
    fc.assert(
      fc.property(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 127 }), (at, byte) => {
        const changed = whole.slice(0, at) + String.fromCharCode(whole.charCodeAt(at) ^ byte) + whole.slice(at + 1);
        const { fault } = readLedger(changed.split('\n').slice(0, -1));
        const lineOf = whole.slice(0, at).split('\n').length;
        expect(fault?.line).toBe(lineOf);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a line is missing', [0, 1, 3], 3],
    ['a line is there twice', [0, 1, 1, 2], 3],
    ['two lines change places', [0, 2, 1, 3], 2],
    ['the first is missing', [1, 2, 3], 1],
  ])('tells where %s', (_, order, line) => {
    expect(readLedger(order.map((index) => texts[index] ?? '')).fault?.line).toBe(line);
  });

  it('tells a fork: a line that hangs on another', () => {
    const other = new Story().promote(1).promote(4).promote(5).texts;
    const { fault } = readLedger([texts[0] ?? '', texts[1] ?? '', other[2] ?? '']);
    expect(fault).toEqual({
      line: 3,
      why: 'it does not hang on the line before it: the ledger was forked or edited',
      newer: false,
    });
  });

  it('tells, from where it is known to have reached, that it was cut short or made anew', () => {
    const last = readLedger(texts).lines.at(-1);
    const anchor = last ? headOf(last) : NO_HEAD;
    expect(readLedger(texts, anchor).fault).toBeNull();
    expect(readLedger(texts.slice(0, 2), anchor).fault).toMatchObject({
      line: 3,
      why: expect.stringMatching(/had 4 lines/),
    });
    const other = new Story().promote(1).promote(2).promote(3).promote(4).promote(5).texts;
    expect(readLedger(other, anchor).fault?.line).toBe(4);
  });

  it('does not go past an action of a newer version', () => {
    const next = sealLine(
      new Story().promote(1).state().head,
      { action: 'retire' } as unknown as LedgerAction,
      ADA,
      hour(9),
    );
    const { lines, fault } = readLedger([texts[0] ?? '', next]);
    expect(lines).toHaveLength(1);
    expect(fault).toEqual({ line: 2, why: 'its action `retire` is of a newer llmci than this one', newer: true });
  });

  it('does not go past what is nested without end', () => {
    const body = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { fault } = readLedger([`${body},"hash":"${sha256(`${body}}`)}"}`]);
    expect(fault).toEqual({ line: 1, why: 'it is written otherwise than llmci writes it', newer: false });
  });

  it('does not go past a clock that went back', () => {
    const state = new Story().promote(1).state();
    const next = sealLine(state.head, { action: 'hold', release: releaseAt(1), reason: 'x' }, ADA, hour(-1));
    expect(readLedger([texts[0] ?? '', next]).fault?.why).toBe(
      `it is of ${hour(-1)}, and the line before of ${hour(1)}`,
    );
  });
});

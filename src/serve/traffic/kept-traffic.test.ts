import { expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import type { FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import type { LiveScore } from '../scoring/live-scorer.js';
import { KeptTraffic } from './kept-traffic.js';

function open(where: 'failed' | 'all', { keep = 1, append }: { keep?: number; append?: () => Promise<void> } = {}) {
  const clock = { now: 0 };
  const written: { line: string; id?: string; call?: string }[] = [];
  const told: string[] = [];
  const kept = new KeptTraffic({
    ...{ environment: 'live', policy: { keep, where }, redact: (text) => text, say: (line) => void told.push(line) },
    world: {
      date: () => new Date(clock.now),
      later: (ms, act) => {
        if (ms === 0) queueMicrotask(act);
        return () => undefined;
      },
    },
    folder: {
      append: async (lines) => {
        await append?.();
        written.push(...lines.map((line) => JSON.parse(line)));
      },
      prune: async () => undefined,
      close: async () => undefined,
    },
  });
  const outcome = (callId: string, feedback: number) =>
    kept.onOutcome({ callId, ok: null, feedback } as Partial<ReportedOutcome> as ReportedOutcome);
  const score = (call: string, passed: boolean, copyOf: string | null = null) =>
    kept.onScore({ call, copyOf, metric: 'tone', value: Number(passed), passed } as Partial<LiveScore> as LiveScore);
  return { clock, kept, told, outcome, score, end: () => kept.close().then(() => written) };
}

it('waits for what becomes known of a call that looks well', async () => {
  const { kept, outcome, score, end } = open('failed');
  for (const id of ['good', 'scored', 'disliked', 'failed'])
    kept.onCall(callOf({ id, ...(id === 'failed' && FAILED) }));
  score('good', true);
  score('scored', true);
  score('scored', false);
  outcome('disliked', 0);
  outcome('failed', 1);
  expect((await end()).map(({ line, id, call }) => `${line} ${id ?? call}`)).toEqual([
    'call failed',
    'call scored',
    'score scored',
    'score scored',
    'call disliked',
    'outcome disliked',
    'outcome failed',
  ]);
});

const FAILED: Partial<FinishedCall> = { error: 'server', answer: null };

it('keeps nothing of copies, of those who left, and of what is too large', async () => {
  const { kept, told, score, end } = open('all');
  kept.onCall(callOf({ id: 'copy', copyOf: callOf() }));
  score('copy', false, 'c-1');
  kept.onCall(callOf({ id: 'left', clientLeft: true, answer: null, error: 'cancelled' }));
  kept.onCall(callOf({ id: 'huge', variables: { text: 'x'.repeat(300_000) } }));
  expect(await end()).toEqual([]);
  expect(told).toEqual(['calls of more than 256 KiB are not kept']);
});

it('keeps no bytes of media, no unit, and nothing of what a model has thought', async () => {
  const { kept, end } = open('all');
  kept.onCall(
    callOf({
      said: [
        {
          role: 'user',
          content: [{ text: 'What is this?' }, { image: `data:image/png;base64,${'A'.repeat(400_000)}` }],
        },
        { role: 'assistant', toolCalls: [{ name: 'look', arguments: {} }], continuation: { what: 'hm' } },
      ],
    }),
  );
  const [call] = await end();
  expect(call).toMatchObject({
    messages: [
      { role: 'user', content: [{ text: 'What is this?' }, { media: 'not kept' }] },
      { role: 'assistant', toolCalls: [{ name: 'look', arguments: {} }] },
    ],
  });
  expect(JSON.stringify(call)).not.toContain('hm');
  expect(JSON.stringify(call)).not.toContain('ada@example.com');
});

it('chooses by the id of the call, and what comes later by the same', async () => {
  const { kept, outcome, end } = open('all', { keep: 0.2 });
  for (let n = 0; n < 500; n++) {
    kept.onCall(callOf({ id: `c-${n}` }));
    outcome(`c-${n}`, 1);
  }
  const lines = await end();
  const calls = lines.flatMap(({ id }) => id ?? []);
  expect(calls.length).toBeGreaterThan(60);
  expect(calls.length).toBeLessThan(140);
  expect(lines.flatMap(({ call }) => call ?? [])).toEqual(calls);
});

it('forgets the oldest that look well when there are many, and after a day', async () => {
  const { clock, kept, outcome, end } = open('failed');
  const variables = { text: 'x'.repeat(200_000) };
  for (let n = 0; n < 60; n++) kept.onCall(callOf({ id: `c-${n}`, variables }));
  clock.now = 25 * 60 * 60 * 1000;
  outcome('c-0', -1);
  outcome('c-59', -1);
  kept.onCall(callOf({ id: 'today', at: clock.now }));
  outcome('c-58', -1);
  expect((await end()).flatMap(({ id }) => id ?? [])).toEqual(['c-59']);
});

it('drops what is more than it can write, says so once, and goes on after a full disk', async () => {
  let isFull = true;
  const append = async () => {
    if (isFull) throw new Error('ENOSPC: no space left on device');
  };
  const { kept, told, end } = open('all', { append });
  for (let n = 0; n < 1500; n++) kept.onCall(callOf({ id: `c-${n}` }));
  await expect.poll(() => told).toHaveLength(2);
  isFull = false;
  kept.onCall(callOf({ id: 'later' }));
  expect((await end()).at(-1)).toMatchObject({ id: 'later' });
  expect(told.toSorted()).toEqual([
    'calls cannot be kept: ENOSPC: no space left on device',
    'more calls come than can be kept: some are not',
  ]);
});

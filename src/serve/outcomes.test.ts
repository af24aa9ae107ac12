import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallIds, type IssuedCall } from './call-ids.js';
import { CountedOnce } from './counted-once.js';
import type { ReportedOutcome } from './finished-call.js';
import { Outcomes } from './outcomes.js';

const DAY_MS = 86_400_000;
const CALL: IssuedCall = {
  prompt: 'a/répondre',
  release: 'a/répondre@3',
  arm: 'candidate',
  rollout: 'live-7',
  at: 1000,
  rendered: true,
};

function open(ids = new CallIds(Buffer.from('key'))) {
  const heard: ReportedOutcome[] = [];
  let now = 2000;
  const outcomes = new Outcomes(
    ids,
    [{ onCall: () => expect.fail('no call'), onOutcome: (outcome) => void heard.push(outcome) }],
    () => new Date(now),
  );
  const codeOf = (callId: string, body: unknown) => {
    try {
      outcomes.report(callId, body);
      return 'counted';
    } catch (error) {
      return (error as { readonly code?: string }).code;
    }
  };
  const id = ids.next();
  const pass = (ms: number) => {
    now += ms;
  };
  return { heard, outcomes, codeOf, ids, id, callId: ids.sign(id, CALL), pass };
}

describe('what an app reports', () => {
  it('is bound to the call', () => {
    const { outcomes, heard, callId, id } = open();
    outcomes.report(callId, { ok: false, latencyMs: 900, usage: { inputTokens: 7, outputTokens: 0 } });
    const { prompt, release, arm, rollout, at } = CALL;
    expect(heard).toEqual([
      {
        ...{ callId: id, at, prompt, release, arm, rollout, ok: false, latencyMs: 900 },
        ...{ usage: { inputTokens: 7, outputTokens: 0 }, feedback: null },
      },
    ]);
  });

  it('counts once, the outcome and the feedback each', () => {
    const { codeOf, heard, callId } = open();
    expect(codeOf(callId, { ok: true })).toBe('counted');
    expect(codeOf(callId, { ok: true })).toBe('already_reported');
    expect(codeOf(callId, { latencyMs: 5 })).toBe('already_reported');
    expect(codeOf(callId, { feedback: 1, ok: true })).toBe('already_reported');
    expect(codeOf(callId, { feedback: 1 })).toBe('counted');
    expect(codeOf(callId, { feedback: -1 })).toBe('already_reported');
    expect(heard).toHaveLength(2);
  });

  it('is only feedback where the gateway has made the call itself', () => {
    const { codeOf, ids } = open();
    const callId = ids.sign(ids.next(), { ...CALL, rendered: false });
    expect(codeOf(callId, { ok: false, feedback: 1 })).toBe('measured_here');
    expect(codeOf(callId, { feedback: 1 })).toBe('counted');
  });

  it('comes within a day', () => {
    const { codeOf, callId, pass } = open();
    pass(DAY_MS);
    expect(codeOf(callId, { ok: true })).toBe('call_too_old');
  });

  it.each([
    [{}, 'empty_outcome'],
    [[], 'invalid_body'],
    [null, 'invalid_body'],
    [{ feedback: 2 }, 'invalid_parameter'],
    [{ feedback: Number.NaN }, 'invalid_parameter'],
    [{ latencyMs: -1 }, 'invalid_parameter'],
    [{ latencyMs: 1e300 }, 'invalid_parameter'],
    [{ usage: { inputTokens: 1.5, outputTokens: 1 } }, 'invalid_parameter'],
    [{ arm: 'control', ok: true }, 'unknown_parameter'],
    [JSON.parse('{"__proto__": {"ok": true}}'), 'unknown_parameter'],
  ])('is refused when it is %j', (body, code) => {
    const { codeOf, callId, heard } = open();
    expect(codeOf(callId, body)).toBe(code);
    expect(heard).toEqual([]);
  });
});

describe('the id of a call', () => {
  it('is known after a restart, and by every gateway with the same key', () => {
    const { callId } = open();
    expect(open().codeOf(callId, { ok: true })).toBe('counted');
    expect(open(new CallIds(Buffer.from('other'))).codeOf(callId, { ok: true })).toBe('call_not_found');
  });

  it('cannot be forged', () => {
    const { ids, callId } = open();
    fc.assert(fc.property(fc.string(), (text) => ids.read(text) === null));
    fc.assert(
      fc.property(fc.nat(callId.length - 1), fc.constantFrom(...'0aA-_.'), (at, letter) => {
        const changed = callId.slice(0, at) + letter + callId.slice(at + 1);
        return changed === callId || ids.read(changed) === null;
      }),
    );
  });

  it('says what was signed', () => {
    const { ids, callId, id } = open();
    expect(ids.read(callId)).toMatchObject({ ...CALL, id });
    expect(callId.startsWith(id)).toBe(true);
  });

  it('is never that of another call', () => {
    const ids = new CallIds(Buffer.from('key'));
    const other = new CallIds(Buffer.from('key'));
    const made = Array.from({ length: 100 }, () => [ids.next(), other.next()]).flat();
    expect(new Set(made).size).toBe(200);
  });
});

it('what was counted is forgotten when it is too old to be reported, and not before', () => {
  const counted = new CountedOnce(100);
  const call = (number: number, at: number) => ({ process: 'p', number, at });
  counted.add(call(1, 0), 'outcome', 10);
  counted.add(call(5000, 90), 'feedback', 100);
  expect(counted.has(call(1, 0), 'outcome')).toBe(true);
  expect(counted.has(call(1, 0), 'feedback')).toBe(false);
  expect(counted.pages).toBe(2);
  counted.add(call(9000, 150), 'outcome', 150);
  expect(counted.has(call(1, 0), 'outcome')).toBe(false);
  expect(counted.has(call(5000, 90), 'feedback')).toBe(true);
  expect(counted.pages).toBe(2);
});

import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountedOnce } from '../../store/gateway/counted-once.js';
import { ReportLog } from '../../store/gateway/report-log.js';
import { CallIds, type IssuedCall } from './call-ids.js';
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

let folder: string;
const logs: ReportLog[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-reports-'));
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  await rm(folder, { recursive: true, force: true });
});

/** A gateway on the folder: others on it, and those after it, know what it was told. */
function open(ids = new CallIds(Buffer.from('key'))) {
  const heard: ReportedOutcome[] = [];
  let now = 2000;
  const log = new ReportLog(join(folder, 'reports'), DAY_MS);
  logs.push(log);
  const outcomes = new Outcomes(
    ids,
    log,
    [{ onCall: () => expect.fail('no call'), onOutcome: (outcome) => void heard.push(outcome) }],
    () => new Date(now),
  );
  const codeOf = async (callId: string, body: unknown) => {
    try {
      await outcomes.report(callId, body);
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
  it('is bound to the call', async () => {
    const { outcomes, heard, callId, id } = open();
    await outcomes.report(callId, { ok: false, latencyMs: 900, usage: { inputTokens: 7, outputTokens: 0 } });
    const { prompt, release, arm, rollout, at } = CALL;
    expect(heard).toEqual([
      {
        ...{ callId: id, at, prompt, release, arm, rollout, ok: false, latencyMs: 900 },
        ...{ usage: { inputTokens: 7, outputTokens: 0 }, feedback: null },
      },
    ]);
  });

  it('counts once, the outcome and the feedback each', async () => {
    const { codeOf, heard, callId } = open();
    expect(await codeOf(callId, { ok: true })).toBe('counted');
    expect(await codeOf(callId, { ok: true })).toBe('already_reported');
    expect(await codeOf(callId, { latencyMs: 5 })).toBe('already_reported');
    expect(await codeOf(callId, { feedback: 1, ok: true })).toBe('already_reported');
    expect(await codeOf(callId, { feedback: 1 })).toBe('counted');
    expect(await codeOf(callId, { feedback: -1 })).toBe('already_reported');
    expect(heard).toHaveLength(2);
  });

  it('counts once after a restart and at another gateway, and of those that come at once one', async () => {
    const { callId, codeOf, ids } = open();
    expect(await codeOf(callId, { ok: true })).toBe('counted');
    const again = open();
    expect(await again.codeOf(callId, { ok: true })).toBe('already_reported');
    expect(await again.codeOf(callId, { feedback: 1 })).toBe('counted');
    expect(await codeOf(callId, { feedback: -1 })).toBe('already_reported');
    const calls = Array.from({ length: 20 }, () => ids.sign(ids.next(), CALL));
    const gateways = [open(), open(), open()];
    for (const call of calls) {
      const codes = await Promise.all(gateways.map((gateway) => gateway.codeOf(call, { ok: true, feedback: 1 })));
      expect(codes.sort()).toEqual(['already_reported', 'already_reported', 'counted']);
    }
    expect(gateways.flatMap(({ heard }) => heard)).toHaveLength(20);
  });

  it('counts although somebody could not write a line whole', async () => {
    const { callId, codeOf, ids } = open();
    const other = ids.sign(ids.next(), CALL);
    expect(await codeOf(callId, { ok: true })).toBe('counted');
    const [file = ''] = await readdir(join(folder, 'reports'));
    await appendFile(join(folder, 'reports', file), `\n${'0'.repeat(24)} outc`);
    expect(await codeOf(other, { ok: true })).toBe('counted');
    expect(await open().codeOf(other, { ok: true })).toBe('already_reported');
  });

  it('keeps a day of files, and no more', async () => {
    const log = new ReportLog(join(folder, 'reports'), DAY_MS);
    const hour = 3_600_000;
    for (let at = 0; at < 100; at++) {
      const call = { id: `${'0'.repeat(16)}${at.toString(16).padStart(8, '0')}`, process: '0'.repeat(16), number: at };
      expect(await log.claim({ ...call, at: at * hour }, ['outcome'], at * hour)).toBe(true);
    }
    await log.close();
    expect((await readdir(join(folder, 'reports'))).length).toBeLessThanOrEqual(27);
  });

  it('is only feedback where the gateway has made the call itself', async () => {
    const { codeOf, ids } = open();
    const callId = ids.sign(ids.next(), { ...CALL, rendered: false });
    expect(await codeOf(callId, { ok: false, feedback: 1 })).toBe('measured_here');
    expect(await codeOf(callId, { feedback: 1 })).toBe('counted');
  });

  it('comes within a day', async () => {
    const { codeOf, callId, pass } = open();
    pass(DAY_MS);
    expect(await codeOf(callId, { ok: true })).toBe('call_too_old');
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
  ])('is refused when it is %j', async (body, code) => {
    const { codeOf, callId, heard } = open();
    expect(await codeOf(callId, body)).toBe(code);
    expect(heard).toEqual([]);
  });
});

describe('the id of a call', () => {
  it('is known after a restart, and by every gateway with the same key', async () => {
    const { callId } = open();
    expect(await open().codeOf(callId, { ok: true })).toBe('counted');
    expect(await open(new CallIds(Buffer.from('other'))).codeOf(callId, { ok: true })).toBe('call_not_found');
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

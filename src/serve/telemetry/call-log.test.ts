import { expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import { CallLog } from './call-log.js';

const at = new Date('2026-11-28T22:00:00.000Z');

it('writes one line of JSON a call, with nothing of what was asked, answered, or who asked', () => {
  const lines: string[] = [];
  const log = new CallLog(
    (line) => lines.push(line),
    () => at,
  );
  log.onCall(callOf({ trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: null, flags: '01' } }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(lines[0]).not.toMatch(/hunter2|ada@/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    ...{ time: at.toISOString(), level: 'info', event: 'call', call: 'c-1', prompt: 'team/reply' },
    ...{
      release: 'team/reply@3',
      arm: 'control',
      rollout: null,
      copyOf: null,
      model: 'openai/m-1',
      servedModel: 'm-1-2026',
    },
    ...{ began: '1970-01-01T00:00:00.000Z', latencyMs: 150, firstTokenMs: 30, finish: 'stop' },
    ...{ inputTokens: 7, outputTokens: 3, usd: 0.25, error: null },
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
  });
});

it('a copy says of which call', () => {
  const lines: string[] = [];
  const log = new CallLog(
    (line) => lines.push(line),
    () => at,
  );
  log.onCall(callOf({ id: 'c-2', arm: 'candidate', copyOf: callOf() }));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ call: 'c-2', arm: 'candidate', copyOf: 'c-1' });
});

it('a failed call is an error, one that its client left is none', () => {
  const lines: string[] = [];
  const log = new CallLog(
    (line) => lines.push(line),
    () => at,
  );
  log.onCall(callOf({ answer: null, error: 'timeout' }));
  log.onCall(callOf({ answer: null, error: 'cancelled', clientLeft: true }));
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told.map(({ level, error }) => [level, error])).toEqual([
    ['error', 'timeout'],
    ['info', 'client-left'],
  ]);
});

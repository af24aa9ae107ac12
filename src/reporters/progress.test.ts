import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, isWorkflowCommand } from '../../test/helpers/hostile.js';
import { widthOf } from './layout/layout.js';
import { createProgress, type ProgressState } from './progress.js';

function start(options: { isTTY?: boolean; columns?: number; total?: number; quiet?: boolean; color?: boolean } = {}) {
  let time = 0;
  const writes: string[] = [];
  const stream = { write: (text: string) => writes.push(text), isTTY: options.isTTY, columns: options.columns };
  const { color = false, total = 200, quiet = false } = options;
  const progress = createProgress(stream, { color, total, quiet, now: () => time });
  return {
    progress,
    writes,
    at(ms: number, state: Partial<ProgressState>) {
      time = ms;
      progress.update({ finished: 0, errors: 0, failed: 0, usd: null, inFlight: 0, ...state });
    },
  };
}

describe('on a terminal', () => {
  test('redraws one line with share, counts, rate, spend and time left', () => {
    const { at, writes, progress } = start({ isTTY: true, columns: 120 });
    at(0, { inFlight: 8 });
    at(5000, { finished: 50, failed: 2, errors: 1, usd: 0.0123, inFlight: 8 });
    progress.done();
    expect(writes).toEqual([
      '\r\u001b[2K░░░░░░░░░░░░░░░░░░░░ 0%  0/200  8 in flight',
      '\r\u001b[2K█████░░░░░░░░░░░░░░░ 25%  50/200  2 failed  1 error  10/s  $0.0123  15s left  8 in flight',
      '\r\u001b[2K',
    ]);
  });

  test('says how far batches are, until they have ended', () => {
    const { at, writes } = start({ isTTY: true });
    at(0, { batched: { done: 1200, total: 5000 } });
    at(1000, { finished: 200, batched: { done: 5000, total: 5000 } });
    expect(writes[0]).toMatch(/0\/200 {2}batch: 1,200\/5,000 done$/);
    expect(writes[1]).not.toContain('batch');
  });

  test('redraws at most ten times a second, but always shows the end', () => {
    const { at, writes } = start({ isTTY: true });
    for (let ms = 0; ms < 1000; ms++) at(ms, { finished: Math.floor(ms / 10) });
    expect(writes).toHaveLength(10);
    at(1000.5, { finished: 200 });
    expect(writes.at(-1)).toContain('100%  200/200');
  });

  test('a message takes the line away and brings it back', () => {
    const { at, writes, progress } = start({ isTTY: true });
    at(0, { finished: 100 });
    progress.log('retrying in 5s');
    expect(writes[1]).toMatch(/^\r\u001b\[2Kretrying in 5s\n█+░+ 50% {2}100\/200$/);
  });

  test.each([30, 40, 80])('fits into %d columns', (columns) => {
    const { at, writes } = start({ isTTY: true, columns, color: true });
    at(0, {});
    at(9000, { finished: 90, failed: 12, errors: 34, usd: 1.5, inFlight: 16 });
    expect(writes).toHaveLength(2);
    for (const text of writes) expect(widthOf(text.replace('\r\u001b[2K', ''))).toBeLessThan(Math.max(columns, 32));
  });

  test('the rate forgets a burst from the cache', () => {
    const { at, writes } = start({ isTTY: true, total: 1000 });
    at(1000, { finished: 500 });
    for (let second = 2; second <= 40; second++) at(second * 1000, { finished: 500 + second });
    expect(writes.at(-1)).toContain(' 1.0/s ');
  });
});

describe('elsewhere', () => {
  test('writes a plain line every ten seconds and where the run ended', () => {
    const { at, writes, progress } = start();
    for (let second = 0; second <= 25; second++) at(second * 1000, { finished: second * 4, usd: 0 });
    progress.done();
    expect(writes).toEqual([
      'llmci: 20%  40/200  4.0/s  40s left\n',
      'llmci: 40%  80/200  4.0/s  30s left\n',
      'llmci: 50%  100/200  4.0/s  25s left\n',
    ]);
  });

  test('writes nothing for a short run', () => {
    const { at, writes, progress } = start();
    at(9000, { finished: 200 });
    progress.done();
    expect(writes).toEqual([]);
  });

  test('a plan that grows is counted', () => {
    const { at, writes } = start({ total: 10 });
    at(10_000, { finished: 10, total: 20 });
    expect(writes).toEqual(['llmci: 50%  10/20  1.0/s  10s left\n']);
  });
});

test('quiet is silent', () => {
  const { at, writes, progress } = start({ isTTY: true, quiet: true });
  at(0, { finished: 1 });
  progress.log('retrying');
  progress.done();
  expect(writes).toEqual([]);
});

test('a message is no command and no escape', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const { progress, writes } = start();
      progress.log(text);
      expect(writes.join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(writes.join('').split('\n').filter(isWorkflowCommand)).toEqual([]);
    }),
  );
});

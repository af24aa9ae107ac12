import { describe, expect, it } from 'vitest';
import { canMount, mountSmallDisk } from '../helpers/mount.js';
import { makeServedProject } from '../helpers/served-project.js';

// What the ground under a run may do to it: full, read-only, shared, and with a clock that somebody has set.

const long = { respond: () => ({ kind: 'text', text: `ok ${'x'.repeat(5000)}` }) as const };

describe.skipIf(!canMount)('a disk (skipped where no file system can be mounted)', () => {
  it('that is full ends the run with a clear message; what was finished is there when it goes on', async () => {
    const served = await makeServedProject(long, { cases: 100, provider: { concurrency: 4 } });
    const disk = mountSmallDisk(served.project.path('.llmci'), 'size=200k');
    const { code, stderr } = await served.llmci(['eval', '--no-cache']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/error: cannot write .*results\.jsonl: ENOSPC: no space left on device/);
    expect(stderr).toMatch(/\nTo go on with it: llmci eval --resume \S+\n$/);
    expect(stderr).not.toContain('bug');
    const made = served.server.stats().calls;
    expect(made).toBeLessThan(60);
    disk.remount('size=20m');
    // A sample may have two lines: its output, which came first, and its scores
    const lines = (await served.runFile('results.jsonl')).split('\n').slice(0, -1);
    const kept = new Set(lines.map((line) => JSON.parse(line).result.case)).size;
    expect(kept).toBeGreaterThan(20);
    const { result, record } = await served.record(['eval', '--resume']);
    expect([result.code, record.samples]).toEqual([0, { planned: 100, finished: 100, errors: 0 }]);
    expect(record.results.length).toBe(100);
    // What had been kept was not called again; what was in flight or had just come when the disk was full was
    expect(served.server.stats().calls - made).toBe(100 - kept);
    expect(made - kept).toBeLessThanOrEqual(12);
  });

  it('that is full from the start: nothing is sent', async () => {
    const served = await makeServedProject(long);
    mountSmallDisk(served.project.path('.llmci'), 'size=4k,nr_inodes=3');
    const { code, stderr } = await served.llmci(['eval']);
    expect([code, served.server.stats().calls]).toEqual([3, 0]);
    expect(stderr).toMatch(/error: cannot write .*ENOSPC/);
  });

  it('that may only be read: nothing is sent', async () => {
    const served = await makeServedProject(long);
    const disk = mountSmallDisk(served.project.path('.llmci'), 'size=1m');
    disk.remount('ro');
    const { code, stderr } = await served.llmci(['eval']);
    expect([code, served.server.stats().calls]).toEqual([3, 0]);
    expect(stderr).toMatch(/error: cannot write .*EROFS: read-only file system/);
  });
});

it('two runs at once in one repository: both whole, each in its own folder', async () => {
  const served = await makeServedProject({ delayMs: 20 }, { cases: 40, provider: { concurrency: 4 } });
  const [a, b] = await Promise.all([served.record(['eval']), served.record(['eval'])]);
  expect([a.result.code, b.result.code]).toEqual([0, 0]);
  expect(a.record.runId).not.toBe(b.record.runId);
  for (const { record } of [a, b]) {
    expect(record.samples).toEqual({ planned: 40, finished: 40, errors: 0 });
    expect(record.results.length).toBe(40);
  }
});

it('a clock that was set back: the newest run is the latest all the same', async () => {
  const served = await makeServedProject({});
  const first = await served.record(['eval']);
  const later = `.llmci/runs/20991231-235959-zzzz`;
  await served.project.write(
    `${later}/run.json`,
    JSON.stringify({ ...first.record, results: undefined, runId: '20991231-235959-zzzz' }),
  );
  await served.project.write(`${later}/results.jsonl`, '');
  const second = await served.record(['eval']);
  expect(second.record.runId > '20991231-235959-zzzz').toBe(true);
  const { stdout } = await served.llmci(['report', 'latest', '--reporter', 'json']);
  expect((JSON.parse(stdout) as { runId: string }).runId).toBe(second.record.runId);
  expect(second.record.startedAt.slice(0, 4)).not.toBe('2099');
});

import { randomInt } from 'node:crypto';
import { utimesSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { setUpMoney } from '../helpers/money-project.js';
import { questions, type ServedProject } from '../helpers/served-project.js';

// The cache with real processes, several at once, and with files that were damaged.

const isEntry = (path: string) => /^\.llmci\/cache\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path);
const entriesOf = async ({ project }: ServedProject) => (await project.list()).filter(isEntry);

describe('equal requests of one run', () => {
  it.each([[[]], [['--no-cache']]])('are one call (%j)', async (flags) => {
    const { llmci, server, summary } = await setUpMoney(
      { delayMs: 20 },
      { cases: [...questions(3), ...questions(3), ...questions(3)] },
    );
    expect((await llmci(['eval', ...flags])).code).toBe(0);
    expect(server.calls.length).toBe(3);
    expect((await summary()).usage.calls).toEqual({ live: 3, cache: 6, replay: 0 });
  });

  it('are different ones in another trial', async () => {
    const { llmci, server } = await setUpMoney({}, { cases: ['ok'], suite: { trials: 3 } });
    await llmci(['eval']);
    expect(server.calls.length).toBe(3);
  });
});

describe('the cache', () => {
  it('answers the next run, and forgets what is older than its ttl', async () => {
    const all = await setUpMoney({}, { config: { cache: { ttl: '30d' } } });
    await all.llmci(['eval']);
    expect((await all.llmci(['eval'])).stdout).toContain('5 from cache');
    expect(all.server.calls.length).toBe(5);
    const [first = ''] = await entriesOf(all);
    const old = new Date(Date.now() - 31 * 86_400_000);
    utimesSync(all.project.path(first), old, old);
    await all.llmci(['eval']);
    expect(all.server.calls.length).toBe(6);
    // The entry was replaced
    await all.llmci(['eval']);
    expect(all.server.calls.length).toBe(6);
  });

  it.each([
    ['read: false calls anew, and keeps', { read: false }, 10, 5],
    ['write: false keeps nothing', { write: false }, 10, 0],
  ] as const)('%s', async (_, cache, calls, kept) => {
    const all = await setUpMoney({}, { config: { cache } });
    for (let run = 0; run < 2; run++) await all.llmci(['eval']);
    expect(all.server.calls.length).toBe(calls);
    expect((await entriesOf(all)).length).toBe(kept);
  });

  it('keeps neither failures nor answers that were cut short', async () => {
    const all = await setUpMoney(
      {
        respond: ({ lastUserText }) =>
          lastUserText === 'ok 1'
            ? { kind: 'text', text: 'ok', finishReason: 'length' }
            : lastUserText === 'ok 2'
              ? { kind: 'text', text: 'ok', finishReason: 'content-filter' }
              : { kind: 'status', status: 400 },
      },
      { cases: questions(3) },
    );
    await all.llmci(['eval']);
    expect(await entriesOf(all)).toEqual([]);
  });

  it('serves two processes at once: no torn answer, and at most one call a process and request', async () => {
    const all = await setUpMoney({ delayMs: 5 }, { cases: questions(60), provider: { concurrency: 8 } });
    const runs = [1, 2].map((n) => all.start(['eval', '--out', '.llmci', '--reporter', `json=run-${n}.json`]));
    const results = await Promise.all(runs.map(({ result }) => result));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(all.server.calls.length).toBeGreaterThanOrEqual(60);
    expect(all.server.calls.length).toBeLessThanOrEqual(120);
    expect((await entriesOf(all)).length).toBe(60);
    const before = all.server.calls.length;
    expect((await all.llmci(['eval'])).code).toBe(0);
    expect(all.server.calls.length).toBe(before);
    expect((await all.project.list()).filter((path) => /cache\/.*\.[0-9a-f]{8}$/.test(path))).toEqual([]);
  });

  it('asks again for what was damaged, and mends it', async () => {
    const all = await setUpMoney({}, { cases: questions(20) });
    await all.llmci(['eval', '--json']);
    const entries = await entriesOf(all);
    for (const path of entries) {
      const bytes = await readFile(all.project.path(path));
      const at = randomInt(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ randomInt(1, 256);
      await writeFile(all.project.path(path), randomInt(4) === 0 ? bytes.subarray(0, at) : bytes);
    }
    const { code, stdout } = await all.llmci(['eval']);
    expect([code, stdout.includes('20 live')]).toEqual([0, true]);
    expect((await all.llmci(['eval'])).stdout).toContain('20 from cache');
    expect(all.server.calls.length).toBe(40);
  });
});

describe('llmci cache', () => {
  it('shows, prunes and clears', async () => {
    const all = await setUpMoney();
    const { llmci } = all;
    expect((await llmci(['cache', 'stats'])).stdout).toContain('in all:  0 files (0 B)');
    await llmci(['eval']);
    const stats = await llmci(['cache', 'stats', '--json']);
    expect(JSON.parse(stats.stdout)).toMatchObject({
      entries: 5,
      kinds: { answers: { entries: 5 }, vectors: { entries: 0 } },
    });
    const [first = ''] = await entriesOf(all);
    const old = new Date(Date.now() - 31 * 86_400_000);
    utimesSync(all.project.path(first), old, old);
    expect((await llmci(['cache', 'prune', '--older-than', '30d'])).stdout).toMatch(
      /^Removed 1 file .*; 4 files .* left/,
    );
    expect((await llmci(['cache', 'prune', '--max-size', '0kB', '--json'])).stdout).toContain('"entries": 4');
    await llmci(['eval']);
    expect((await llmci(['cache', 'clear'])).stdout).toMatch(/^Removed 5 files/);
    expect((await all.project.list()).filter((path) => path.includes('cache'))).toEqual([]);
    expect((await all.project.list()).some((path) => path.endsWith('run.json'))).toBe(true);
  });

  it('prunes by the ttl of llmci.yaml, and asks for a limit without one', async () => {
    const all = await setUpMoney({}, { config: { cache: { ttl: '1h' } } });
    await all.llmci(['eval', '--out', 'state']);
    const [path = ''] = (await all.project.list()).filter((name) => name.startsWith('state/cache/'));
    utimesSync(all.project.path(path), new Date(0), new Date(0));
    expect((await all.llmci(['cache', 'prune', '--out', 'state'])).stdout).toMatch(/^Removed 1 file /);
    const without = await setUpMoney();
    const { code, stderr } = await without.llmci(['cache', 'prune']);
    expect([code, stderr.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining('cache prune: say what may go')]);
  });

  it('clears no folder that holds anything else', async () => {
    const { llmci, project } = await setUpMoney({}, { files: { 'data/cache/mine.txt': 'mine' } });
    const { code, stderr } = await llmci(['cache', 'clear', '--out', 'data']);
    expect(code).toBe(2);
    expect(stderr).toContain('is not a cache that can be emptied');
    expect(await project.read('data/cache/mine.txt')).toBe('mine');
    expect((await llmci(['cache', 'stats', '--max-size', '1MB'])).code).toBe(2);
    expect((await llmci(['cache', 'empty'])).code).toBe(2);
  });
});

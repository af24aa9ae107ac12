import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../src/core/stats/random.js';
import { answeredOf, killRuns, makeVictim, recover, runsOf, startVictim } from '../helpers/killing.js';
import { type ModelServerProcess, startModelServerProcess } from '../helpers/model-server-process.js';

// kill -9 at random moments of a run against a real server, then --resume. A few kills here; KILLS=50 makes 50 of each.

const SAMPLES = 160;
const CONCURRENCY = 20;
const kills = Array.from({ length: Number(process.env['KILLS'] ?? 2) }, (_, kill) => kill + 1);
const shows = process.env['KILLS'] !== undefined;
const whole = { code: 0, results: SAMPLES, distinct: SAMPLES, finished: SAMPLES };

let server: ModelServerProcess;
beforeAll(async () => {
  server = await startModelServerProcess({ delayMs: 10, countTexts: true });
});
afterAll(() => server.close());

it.each(kills)(
  'kill %i: no sample is lost, none counts twice, none that was finished is called again',
  async (kill) => {
    const random = createRandom(`kill ${kill}`);
    const victim = await makeVictim(server, { name: `alone${kill}`, samples: SAMPLES, concurrency: CONCURRENCY });
    const before = (await server.stats()).calls;
    const run = startVictim(victim, ['--no-cache']);
    await killRuns(victim, [run], Math.floor(random.uniform() * (SAMPLES - 2 * CONCURRENCY)), random.uniform() * 15);
    const atKill = (await server.stats()).calls - before;
    const [runId = ''] = await runsOf(victim);
    const recovery = await recover(victim, runId);
    const calls = (await server.stats()).calls - before;
    if (shows) console.log(JSON.stringify({ kill, kept: recovery.kept, calls, atKill }));
    expect(recovery).toMatchObject({ ...whole, live: SAMPLES, cached: 0 });
    expect(calls).toBeLessThanOrEqual(SAMPLES + CONCURRENCY);
    // To the call: what is not in the journal is called, and nothing else
    expect(calls - atKill).toBe(SAMPLES - recovery.kept);
  },
);

it.each(kills)(
  'kill %i of two runs that share the cache: both are whole, and no call is made for what is in it',
  async (kill) => {
    const random = createRandom(`kill two ${kill}`);
    const victim = await makeVictim(server, { name: `both${kill}`, samples: SAMPLES, concurrency: CONCURRENCY });
    const before = (await server.stats()).calls;
    const runs = [startVictim(victim, []), startVictim(victim, [])];
    await killRuns(victim, runs, 1 + Math.floor(random.uniform() * (SAMPLES - 2 * CONCURRENCY)), random.uniform() * 15);
    const ids = await runsOf(victim);
    const atKill = (await server.stats()).calls - before;
    const recoveries = await Promise.all(ids.map((id) => recover(victim, id)));
    const calls = (await server.stats()).calls - before;
    if (shows) console.log(JSON.stringify({ kill, kept: recoveries.map(({ kept }) => kept), calls, atKill }));
    // A process may have been killed before it had a run
    expect(ids.length).toBeGreaterThanOrEqual(1);
    for (const recovery of recoveries) {
      expect(recovery).toMatchObject(whole);
      expect(recovery.live + recovery.cached).toBe(SAMPLES);
    }
    const live = recoveries.reduce((sum, recovery) => sum + recovery.live, 0);
    // Every call is counted once as live, but for those that were in flight at the kill
    expect(calls - live).toBeGreaterThanOrEqual(0);
    expect(calls - live).toBeLessThanOrEqual(2 * CONCURRENCY);
    expect(await answeredOf(victim)).toBeLessThanOrEqual(2 * SAMPLES + 2 * CONCURRENCY);
  },
);

import { expect, it } from 'vitest';
import { createRandom } from '../../src/core/stats/random.js';
import { killAndResume, makeVictim } from '../helpers/killing.js';

// kill -9 at random moments of a run against a real server, then --resume. A few kills here; KILLS=50 makes 50 of them.

const SAMPLES = 500;
const CONCURRENCY = 20;
const kills = Number(process.env['KILLS'] ?? 3);

it.each(Array.from({ length: kills }, (_, kill) => kill))(
  'kill %i: nothing is lost, nothing counts twice, nothing that was finished is called again',
  async (kill) => {
    const random = createRandom(`kill ${kill}`);
    const victim = await makeVictim({ samples: SAMPLES, concurrency: CONCURRENCY, delayMs: 20 });
    try {
      const outcome = await killAndResume(
        victim,
        Math.floor(random.uniform() * (SAMPLES - 40)),
        random.uniform() * 20,
        ['--no-cache'],
      );
      console.log(JSON.stringify(outcome));
      expect(outcome).toMatchObject({
        code: 0,
        results: SAMPLES,
        distinct: SAMPLES,
        finished: SAMPLES,
        live: SAMPLES,
        again: 0,
      });
      // What was in flight at the kill was called again; what was finished was not
      expect(outcome.calls).toBeLessThanOrEqual(SAMPLES + CONCURRENCY);
      expect(outcome.calls - outcome.callsBefore).toBe(SAMPLES - outcome.kept);
    } finally {
      await victim.close();
    }
  },
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliveryProject, makeDelivery } from '../../test/helpers/delivery-project.js';
import { ADA, BOB } from '../../test/helpers/ledger.js';
import { fold } from '../core/releases/fold.js';
import { LlmciError } from '../core/text/errors.js';
import type { Person } from '../model/person.js';
import { readEnvironment } from '../store/environments.js';
import { approve } from './approve.js';
import { audit } from './audit.js';
import { type Delivery, openDelivery } from './delivery.js';
import { readNamed } from './find-releases.js';
import { unhold } from './holds.js';
import { promote } from './promote.js';
import { rollBack } from './rollback.js';

const HOUR = 3_600_000;
/** Later than the releases themselves are made. */
const START = Date.parse('2030-01-01T00:00:00.000Z');

async function open(project: DeliveryProject, clock: { now: number }): Promise<Delivery> {
  return openDelivery(project.dir, {}, () => new Date(clock.now));
}

function move(delivery: Delivery, project: DeliveryProject, name: string, to: string, by: Person = ADA) {
  return readNamed(delivery.store, name).then((release) =>
    promote(delivery, {
      releases: [release],
      to,
      by,
      note: null,
      override: null,
      live: new Map(),
      usual: [],
      force: false,
      out: project.path('.llmci'),
    }),
  );
}

describe('time', () => {
  it('a release soaks before it goes on', async () => {
    const project = await makeDelivery({ dev: {}, production: { from: 'dev', soak: '1h' } });
    await project.llmci('release');
    const clock = { now: START };
    const delivery = await open(project, clock);
    await move(delivery, project, 'reply', 'dev');
    clock.now += HOUR - 1;
    expect(await move(delivery, project, 'reply', 'production')).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'soak', remedy: 'try again at 2030-01-01T01:00:00.000Z' }],
    });
    clock.now += 1;
    expect(await move(delivery, project, 'reply', 'production')).toMatchObject({ outcome: 'done' });
  });

  it('a clock that is behind stops all but a rollback', async () => {
    const project = await makeDelivery({ dev: {} });
    await project.llmci('release');
    await project.change('Good day');
    await project.llmci('release');
    const clock = { now: START };
    const delivery = await open(project, clock);
    for (const name of ['reply@1', 'reply@2']) await move(delivery, project, name, 'dev');
    clock.now -= HOUR;
    const { lines } = await readEnvironment(delivery.store, 'dev');
    const release = await readNamed(delivery.store, 'reply@1');
    await expect(move(delivery, project, 'reply@1', 'dev')).rejects.toMatchObject({
      code: 'clock-behind',
      exitCode: 3,
    });
    expect((await readEnvironment(delivery.store, 'dev')).lines).toEqual(lines);
    const back = await rollBack(delivery, { prompt: 'reply', environment: 'dev', to: null, by: ADA, reason: null });
    expect(back).toMatchObject({ to: { number: release.number }, line: { at: new Date(START).toISOString() } });
  });
});

const PEOPLE = [ADA, BOB];
const someCommand = fc.record({
  what: fc.constantFrom('promote', 'promote', 'approve', 'rollback', 'unhold'),
  name: fc.constantFrom('reply@1', 'reply@2', 'reply@3'),
  to: fc.constantFrom('dev', 'production'),
  who: fc.nat(1),
});

/** So that something is live from which there is a way on and back. */
const BEGIN = (['dev', 'production'] as const).flatMap((to) => {
  const common = { name: 'reply@1', to, who: 1 };
  return [
    [
      { ...common, what: 'approve' },
      { ...common, what: 'unhold' },
    ],
    [
      { ...common, what: 'promote' },
      { ...common, what: 'promote' },
    ],
  ] as const;
});

describe('any interleaving of commands of two people', () => {
  it('gives ledgers whose every prefix holds, which audit takes, and in which nothing forbidden was ever live', async () => {
    const environments = { dev: {}, production: { from: 'dev', approvals: { low: 1, medium: 1, high: 1 } } };
    const project = await makeDelivery(environments);
    for (const greeting of ['Hi', 'Good day', 'Good evening']) {
      await project.change(greeting);
      await project.llmci('release');
    }
    const { store } = await open(project, { now: START });
    const made = await Promise.all([1, 2, 3].map((number) => readNamed(store, `reply@${number}`)));
    let [states, promotions] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(someCommand, someCommand), { minLength: 4, maxLength: 10 }), async (pairs) => {
        const clock = { now: START };
        // Another state each time
        await project.write('llmci.yaml', { environments, state: `releases-${++states}` });
        const deliveries = [await open(project, clock), await open(project, clock)];
        for (const release of made) await deliveries[0]?.store.putRelease(release);
        for (const pair of [...BEGIN, ...pairs]) {
          clock.now += 1000;
          // Both at once
          await Promise.all(
            pair.map(async ({ what, name, to, who }, index) => {
              const [delivery, by] = [deliveries[index], PEOPLE[who]];
              if (!delivery || !by) return;
              const release = await readNamed(delivery.store, name);
              const doing = () => {
                if (what === 'promote') return move(delivery, project, name, to, by);
                if (what === 'approve') return approve(delivery, release, to, by, null);
                if (what === 'unhold') return unhold(delivery, release, to, by, 'it was the data');
                return rollBack(delivery, { prompt: 'reply', environment: to, to: null, by, reason: null });
              };
              await doing().catch((error: unknown) => {
                if (!(error instanceof LlmciError)) throw error;
              });
            }),
          );
        }
        const [delivery] = deliveries;
        if (!delivery) return;
        expect((await audit(delivery, ['dev', 'production'])).broken).toEqual([]);
        const { lines } = await readEnvironment(delivery.store, 'production');
        for (const line of lines) {
          expect(fold(lines.slice(0, line.n)).fault).toBeNull();
          if (line.action !== 'promote') continue;
          promotions++;
          // Somebody other than the author had said yes to this very change
          const before = fold(lines.slice(0, line.n - 1)).state;
          const [moved] = line.releases;
          const yes = before.approvals.filter(
            ({ release, replaces, by }) =>
              release.digest === moved?.digest && replaces === moved.replaces && by.name !== ADA.name,
          );
          expect(yes.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 12 },
    );
    expect(promotions).toBeGreaterThanOrEqual(states);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliveryProject, makeDelivery } from '../../test/helpers/delivery-project.js';
import { ADA, BOB } from '../../test/helpers/ledger.js';
import { fold } from '../core/releases/fold.js';
import { policy } from '../core/releases/policy.js';
import { LlmciError } from '../core/text/errors.js';
import type { Person } from '../model/person.js';
import { readEnvironment } from '../store/state/environments.js';
import { approve } from './approve.js';
import { audit } from './audit.js';
import { type Delivery, openDelivery, policyOf } from './delivery.js';
import { findRelease } from './find-releases.js';
import { unhold } from './holds.js';
import { promote } from './promote.js';
import { rollBack } from './rollback.js';
import { steerRollout } from './steer.js';

const HOUR = 3_600_000;
/** Later than the releases themselves are made. */
const START = Date.parse('2030-01-01T00:00:00.000Z');

async function open(project: DeliveryProject, clock: { now: number }): Promise<Delivery> {
  return openDelivery(project.dir, {}, () => new Date(clock.now));
}

function move(
  delivery: Delivery,
  project: DeliveryProject,
  name: string,
  to: string,
  by: Person = ADA,
  override: string | null = null,
) {
  return findRelease(delivery.store, name).then((release) =>
    promote(delivery, {
      releases: [release],
      to,
      by,
      note: null,
      override,
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
    const release = await findRelease(delivery.store, 'reply@1');
    await expect(move(delivery, project, 'reply@1', 'dev')).rejects.toMatchObject({
      code: 'clock-behind',
      exitCode: 3,
    });
    expect((await readEnvironment(delivery.store, 'dev')).lines).toEqual(lines);
    const back = await rollBack(delivery, { prompt: 'reply', environment: 'dev', to: null, by: ADA, reason: null });
    expect(back).toMatchObject({ to: { number: release.number }, line: { at: new Date(START).toISOString() } });
  });
});

it('audit finds any byte of a ledger or a release that is another', async () => {
  const project = await makeDelivery({ dev: {}, production: { from: 'dev' } });
  await project.llmci('eval', '--quiet');
  await project.llmci('release');
  await project.change('Good day \u001b\u00e9 "1e3"');
  await project.llmci('release', '--note', 'in other words');
  for (const to of ['dev', 'production']) await project.llmci('promote', 'reply', '--to', to);
  await project.llmci('rollback', 'reply', '--in', 'dev');
  await project.llmci('promote', 'reply@1', '--to', 'dev');
  const delivery = await open(project, { now: START });
  const broken = async () => (await audit(delivery, ['dev', 'production'])).broken;
  expect(await broken()).toEqual([]);
  const kept = (await project.list()).filter((path) => /^releases\/.*\.jsonl?$/.test(path));
  const files = await Promise.all(kept.map(async (path) => [path, await readFile(project.path(path))] as const));
  expect(files.length).toBe(4);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(3),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      async (index, share, bits) => {
        const [path, whole] = files[index] ?? ['', Buffer.alloc(0)];
        const bytes = Buffer.from(whole);
        const at = Math.min(bytes.length - 1, Math.floor(share * bytes.length));
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        await writeFile(project.path(path), bytes);
        const found = await broken();
        await writeFile(project.path(path), whole);
        expect(found, `${path}: byte ${at} is ${bytes[at]}`).not.toEqual([]);
      },
    ),
    // The last byte of each, too: a line break that became a blank
    { numRuns: 60, examples: [0, 1, 2, 3].map((index) => [index, 1, 42]) },
  );
});

const PEOPLE = [ADA, BOB];
const someCommand = fc.record({
  what: fc.constantFrom('promote', 'promote', 'approve', 'rollback', 'unhold', 'override', 'complete', 'abort'),
  name: fc.constantFrom('reply@1', 'reply@2', 'reply@3'),
  to: fc.constantFrom('dev', 'production'),
  who: fc.nat(1),
});

/** So that something is live, and something on its way beside it. */
const BEGIN = ['reply@1', 'reply@2'].flatMap((name) => {
  const [staged, live] = ['dev', 'production'].map((to) => ({ name, to, who: 1, what: 'promote' }) as const);
  if (!staged || !live) return [];
  const yes = { ...live, what: 'approve' } as const;
  return [[staged, yes] as const, [live, yes] as const];
});

type Command = typeof someCommand extends fc.Arbitrary<infer One> ? One : never;

/** What chance alone may leave out: a rollout that ends well, a promotion that policy refuses, and a rollback. */
const NEVER_LEFT_OUT = (
  [
    ['complete', 'reply@2'],
    ['override', 'reply@3'],
    ['rollback', 'reply@3'],
  ] as const
).map(([what, name]): [Command, Command] => {
  const command = { what, name, to: 'production', who: 1 } as const;
  return [command, { ...command, what: 'approve', to: 'dev' }];
});

describe('any interleaving of commands of two people', () => {
  it('gives ledgers whose every prefix holds, which audit takes, and in which nothing forbidden was ever live', async () => {
    const approvals = { low: 1, medium: 1, high: 1 };
    const rollout = { strategy: 'canary', steps: [{ weight: '10%' }] };
    const production = { from: 'dev', approvals, override: ['bob@example.com'], rollout };
    const environments = { dev: {}, production };
    const project = await makeDelivery(environments);
    for (const greeting of ['Hi', 'Good day', 'Good evening']) {
      await project.change(greeting);
      await project.llmci('release');
    }
    const { store } = await open(project, { now: START });
    const made = await Promise.all([1, 2, 3].map((number) => findRelease(store, `reply@${number}`)));
    let states = 0;
    const written = new Map<string, number>();
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
              const release = await findRelease(delivery.store, name);
              const steered = { environment: to, prompt: null, by, reason: null };
              const doing = () => {
                if (what === 'promote') return move(delivery, project, name, to, by);
                if (what === 'override') return move(delivery, project, name, to, by, 'it burns');
                if (what === 'complete')
                  return steerRollout(delivery, { action: what, counts: [], force: false }, steered);
                if (what === 'abort') return steerRollout(delivery, { action: what }, steered);
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
        const asked = policyOf(delivery, 'production');
        const { lines: staged } = await readEnvironment(delivery.store, 'dev');
        const { lines } = await readEnvironment(delivery.store, 'production');
        for (const line of lines) {
          written.set(line.action, (written.get(line.action) ?? 0) + 1);
          expect(fold(lines.slice(0, line.n)).fault).toBeNull();
          if (line.action === 'override') expect([line.by, line.refused.length > 0]).toEqual([BOB, true]);
          if (line.action !== 'promote' && line.action !== 'rollout') continue;
          const here = fold(lines.slice(0, line.n - 1)).state;
          const wishes = line.releases.map((release) => ({
            ...{ release, authors: [ADA], risk: release.risk, model: null, evidence: null, unattested: null },
          }));
          // What the other did in the same second may have come before or after
          const [least, most] = [staged.filter(({ at }) => at < line.at), staged.filter(({ at }) => at <= line.at)];
          const mayBe = most.slice(least.length).map((_, index) => staged.slice(0, least.length + index + 1));
          const decisions = [least, ...mayBe].map((before) =>
            policy(asked, wishes, { name: 'production', here, from: fold(before).state, now: line.at }),
          );
          expect(decisions.some(({ allowed }) => allowed)).toBe(true);
        }
      }),
      { numRuns: 16, examples: [[NEVER_LEFT_OUT]] },
    );
    const actions = ['promote', 'rollout', 'complete', 'rollback', 'approve', 'override'];
    expect(actions.filter((action) => !written.has(action))).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { makeCanary } from '../../test/helpers/canary-project.js';
import { makeDelivery } from '../../test/helpers/delivery-project.js';
import type { Sums } from '../model/live-counts.js';

const rate = (ones: number, n: number): Sums => ({ n, sum: ones, squares: ones });

/** What a gateway has counted of the canary: calls of each arm, and how many of the candidate's failed. */
function counted(n: number, failed: number, control = n): object {
  const none = { n: 0, sum: 0, squares: 0 };
  const errors = { control: rate(0, n), candidate: rate(failed, n), paired: none };
  const step = { weight: 0.5, since: '2030-01-01T00:00:00.000Z', calls: { control, candidate: n } };
  return {
    counts: [{ rollout: 'dev-2', steps: [{ ...step, streams: { 'reply errors': errors } }] }],
    withheld: [],
  };
}
const PLACE = '.llmci/serve/dev/counts.json';

it('is refused while a gate has not passed, with what would make it a yes', async () => {
  const project = await makeCanary();
  const complete = (...flags: string[]) => project.llmci('rollout', 'dev', 'complete', ...flags);
  const silent = await complete();
  expect(silent.code).toBe(1);
  expect(silent.stderr).toContain('the live gates of reply@2 have not passed: rate of errors (reply) has no values');
  await project.write(PLACE, counted(20, 0));
  const early = await complete('--reason', 'it looks good');
  expect(early.code).toBe(1);
  expect(early.stderr).toMatch(/rate of errors \(reply\) needs about [\d,]+ more calls of the candidate/);
  expect(early.stderr).toContain('complete --force --reason');
  const all = await project.llmci('rollout', 'dev', '--weight', '100%', '--reason', 'it looks good');
  expect([all.code, all.stderr]).toEqual([1, early.stderr]);
  await project.write(PLACE, counted(400, 200));
  expect((await complete()).stderr).toContain('rate of errors (reply) has failed');
  expect(await project.read('releases/environments/dev.jsonl')).not.toContain('complete');
  await project.write(PLACE, counted(2000, 0, 400));
  expect((await complete()).stderr).toContain('passed: the arms do not get what they should: 2,000 of 2,400 calls');
  await project.write(PLACE, counted(2000, 0));
  expect((await project.llmci('rollout', 'dev', '--weight', '100%')).code).toBe(0);
  const done = await complete();
  expect([done.code, done.stdout]).toEqual([0, 'completed the rollout of line 2 in dev\n']);
});

it.each<readonly [string, object, shares: Readonly<Record<string, number>>, why: string]>([
  ['a shadow', { strategy: 'shadow', steps: [{ weight: '20%' }] }, { '20%': 2, '100%': 2, '0%': 0 }, 'answers nobody'],
  ['blue-green', { strategy: 'blue-green' }, { '20%': 2, '100%': 0, '0%': 0 }, 'gives it to nobody or to all'],
])('a hand gives no users a share of %s', async (_, rollout, shares, why) => {
  const project = await makeDelivery({ dev: { rollout } });
  for (const greeting of ['Hello', 'Good day']) {
    if (greeting !== 'Hello') await project.change(greeting);
    await project.llmci('release');
    await project.llmci('promote', 'reply', '--to', 'dev');
  }
  for (const [share, code] of Object.entries(shares)) {
    const weighed = await project.llmci('rollout', 'dev', '--weight', share);
    expect([share, weighed.code, weighed.stderr]).toEqual([
      share,
      code,
      expect.stringContaining(code === 0 ? '' : why),
    ]);
  }
});

it('can be forced with a reason, which history shouts', async () => {
  const project = await makeCanary();
  const without = await project.llmci('rollout', 'dev', 'complete', '--force');
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--reason')]);
  expect((await project.llmci('rollout', 'dev', 'pause', '--force', '--reason', 'x')).code).toBe(2);
  const forced = await project.llmci('rollout', 'dev', 'complete', '--force', '--reason', 'the vendor ends it today');
  expect([forced.code, forced.stdout]).toEqual([0, 'FORCED the completion of the rollout of line 2 in dev\n']);
  const stdout = (await project.llmci('history', '--in', 'dev')).stdout.replaceAll(/\s+/g, ' ');
  expect(stdout).toContain('FORCED the completion of the rollout of line 2');
  expect(stdout).toMatch(/the vendor ends it today \(against: rate of errors \(reply\) has no values/);
  expect((await project.llmci('audit')).code).toBe(0);
});

it('shows each gate as it stands', async () => {
  const project = await makeCanary();
  const none = await project.llmci('rollout', 'dev');
  expect(none.stdout).toMatch(
    /rate of errors \(reply\)[\s\S]*n 0[\s\S]*n 0[\s\S]*nothing[\s\S]*anything[\s\S]*at most 5 points higher[\s\S]*wait[\s\S]*calls/,
  );
  expect(none.stdout).toContain('No gateway has counted calls here');
  await project.write(PLACE, counted(20, 0));
  const some = await project.llmci('rollout', 'dev');
  expect(some.stdout).toMatch(
    /n 20[\s\S]*n 20[\s\S]*no change[\s\S]*at most 5 points higher[\s\S]*wait[\s\S]*about [\d,]+ calls/,
  );
  expect(some.stdout).toContain('Waits: ');
  const { stdout } = await project.llmci('rollout', 'dev', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    line: 2,
    gates: [
      { gate: { metric: 'errors' }, verdict: 'wait', estimate: 0, n: { candidate: 20 }, needed: expect.any(Number) },
    ],
  });
});

it('does not keep a pause waiting for counts that nobody can read', async () => {
  const project = await makeCanary();
  await project.write(PLACE, '{"counts": [');
  expect((await project.llmci('rollout', 'dev', 'pause')).code).toBe(0);
  expect((await project.llmci('rollout', 'dev', 'complete')).stderr).toContain('counts.json');
});

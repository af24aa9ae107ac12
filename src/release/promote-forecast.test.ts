import { expect, it } from 'vitest';
import { makeDelivery } from '../../test/helpers/delivery-project.js';

async function makeWaiting(plan: object) {
  const steps = [{ weight: '50%', calls: 1000 }];
  const project = await makeDelivery({ dev: { rollout: { strategy: 'canary', steps, ...plan } } });
  await project.write('prompts/reply.thresholds.yaml', {
    gates: [{ metric: 'pass', min: 0.9 }],
    live: { gates: [{ metric: 'errors', maxDrop: '5%' }] },
  });
  for (const greeting of ['Hello', 'Good day']) {
    await project.change(greeting);
    await project.llmci('release');
  }
  // The first goes live at once: of that there is nothing to tell
  expect((await project.llmci('promote', 'reply@1', '--to', 'dev')).stdout).not.toContain('Traffic');
  return project;
}

const COUNTED = {
  prompt: 'reply',
  since: '2035-01-01T00:00:00.000Z',
  until: '2035-01-01T00:10:00.000Z',
  calls: 600,
  streams: { 'reply errors': { n: 600, sum: 6, squares: 6 } },
};

it('says before a rollout what its gates need, and that nobody knows how long it takes', async () => {
  const project = await makeWaiting({ deadline: '1d' });
  const { stdout, code } = await project.llmci('promote', 'reply', '--to', 'dev');
  expect(code).toBe(0);
  expect(stdout).toContain('Traffic: reply not known (no gateway has counted it here)');
  expect(stdout).toMatch(
    /rate of errors \(reply\) +after about [\d,]+ calls of the candidate at 50% \* +a time that is not known/,
  );
  expect(stdout).toContain('by a guess, as nothing of it was counted yet: that 2% fail');
});

it('refuses what the traffic cannot bring to its end in time, unless it is forced', async () => {
  const project = await makeWaiting({ deadline: '20m' });
  await project.write('.llmci/serve/dev/counts.json', { counts: [], withheld: [], usual: [COUNTED] });
  const before = await project.read('releases/environments/dev.jsonl');
  const refused = await project.llmci('promote', 'reply', '--to', 'dev');
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('the steps of the plan take at least 33m 20s, and its deadline is 20m');
  expect(refused.stdout).toContain('--force');
  expect(await project.read('releases/environments/dev.jsonl')).toBe(before);
  // Nothing of policy stands against it: there is nothing to go over
  const over = await project.llmci('promote', 'reply', '--to', 'dev', '--override', '--reason', 'now');
  expect(over.code).toBe(1);
  const asJson = await project.llmci('promote', 'reply', '--to', 'dev', '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    outcome: 'refused',
    reasons: [{ code: 'nonsense' }],
    forecast: { traffic: { reply: 1 }, steps: [{ ms: 2_000_000 }] },
  });
  const forced = await project.llmci('promote', 'reply', '--to', 'dev', '--force');
  expect(forced.code).toBe(0);
  expect(forced.stdout).toContain('Traffic: reply 1 calls a second');
  expect(forced.stdout).toMatch(/at 50% +\d+m/);
  expect(forced.stdout).toContain('Forced: the steps of the plan');
});

import { expect } from 'vitest';
import { type DeliveryProject, makeDelivery } from './delivery-project.js';

const STEPS = [
  { weight: '50%', calls: 20 },
  { weight: '80%', calls: 50, for: '1m' },
];

/** A project in whose environment a canary of reply@2 has just begun; `live` is of its thresholds file. */
export async function makeCanary(rollout: object = {}, live: object = {}): Promise<DeliveryProject> {
  const project = await makeDelivery({ dev: { rollout: { strategy: 'canary', steps: STEPS, ...rollout } } });
  await project.write('prompts/reply.thresholds.yaml', {
    gates: [{ metric: 'pass', min: 0.9 }],
    live: { gates: [{ metric: 'errors', maxDrop: '5%' }], ...live },
  });
  for (const [number, greeting] of ['Hello', 'Good day'].entries()) {
    await project.change(greeting);
    await project.llmci('release');
    expect((await project.llmci('promote', `reply@${number + 1}`, '--to', 'dev')).code).toBe(0);
  }
  return project;
}

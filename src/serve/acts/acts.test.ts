import { expect, it } from 'vitest';
import { makeCanary } from '../../../test/helpers/canary-project.js';
import { LlmciError } from '../../core/text/errors.js';
import { openDelivery } from '../../release/delivery.js';
import { openPrompts } from '../../runtime/open-prompts.js';
import { type ActRequest, Acts } from './acts.js';

const NOTHING: ActRequest = { environment: null, prompt: null, reason: null };

it.each([
  ['that fails', new Error('disk full: /srv/releases')],
  ['out of reach', new LlmciError('state-unreachable', { store: 'the database', why: 'no route to db.internal' })],
])('a candidate gets no more calls although the store is one %s', async (_, fault) => {
  const project = await makeCanary();
  const withheld = new Set<string>();
  const later: unknown[] = [];
  const faults: unknown[] = [];
  const prompts = await openPrompts({ environment: 'dev', cwd: project.dir, withheld });
  const delivery = await openDelivery(project.dir, {}, () => new Date());
  const append = { value: () => Promise.reject(fault) };
  const acts = new Acts({
    environment: 'dev',
    openDelivery: async () => ({ ...delivery, store: Object.create(delivery.store, { append }) }),
    prompts,
    counts: () => [],
    withhold: (rollout) => void withheld.add(rollout),
    takeBackLater: async (...taken) => void later.push(taken),
    onFault: (error) => void faults.push(error),
  });
  await acts.start();
  const arms = () => new Set(Array.from({ length: 40 }, (_, unit) => armOf(`u${unit}`)));
  const armOf = (unit: string) => prompts.resolve('reply', { unit, vars: { name: 'Ada' } }).release;
  expect(arms()).toEqual(new Set(['reply@1', 'reply@2']));
  await expect(acts.rollBack('reply', null, { ...NOTHING, reason: 'rude' }, 'ada')).rejects.toMatchObject({
    status: 503,
    code: 'not_written_yet',
    message: expect.not.stringMatching(/srv|internal/),
  });
  expect(arms()).toEqual(new Set(['reply@1']));
  expect(later).toEqual([['dev-2', 'rude', { name: 'ada', via: 'token' }]]);
  expect(faults).toEqual([fault]);
  await acts.close();
  await prompts.close();
});

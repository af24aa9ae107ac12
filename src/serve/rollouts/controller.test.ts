import { rename } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeCanary } from '../../../test/helpers/canary-project.js';
import type { DeliveryProject } from '../../../test/helpers/delivery-project.js';
import { realWorld } from '../../calls/world.js';
import { fold } from '../../core/releases/fold.js';
import { explainLine } from '../../core/rollouts/figures.js';
import type { LedgerLine } from '../../model/ledger.js';
import { type Delivery, openDelivery } from '../../release/delivery.js';
import { Hooks } from '../../release/hooks.js';
import { readEnvironment } from '../../store/state/environments.js';
import type { FinishedCall } from '../calls/finished-call.js';
import { Controller } from './controller.js';
import { Counters } from './counters.js';
import { Peers } from './peers.js';
import { Withheld } from './withheld.js';

/** A gateway's controller without the gateway; time stands still until it is told to look. */
function open(project: DeliveryProject, { store = true, meanwhile = (_: Counters): void => undefined } = {}) {
  const clock = { now: Date.parse('2035-01-01T00:00:00.000Z') };
  const heard: string[] = [];
  const faults: unknown[] = [];
  const withheld: string[] = [];
  const counters = new Counters();
  const home = { there: store };
  const served = { hash: '', followed: 0 };
  let look: () => void = () => undefined;
  class ToldWithheld extends Withheld {
    override add(...args: Parameters<Withheld['add']>): void {
      if (this.get(args[0])) return;
      super.add(...args);
      withheld.push(args[0]);
      meanwhile(counters);
    }
  }
  const takenBack = new ToldWithheld();
  const said = (message: string) => void heard.push(message);
  const follow = () => undefined;
  const scorer = { follow, include: follow, hear: follow, spent: { day: '', usd: {} } };
  const date = () => new Date(clock.now);
  const folder = project.path('.llmci/serve/dev');
  const peers = new Peers({
    ...{ environment: 'dev', folder, counters, scorer, withheld: takenBack, world: { date }, say: said },
    usual: { all: () => [] },
  });
  const controller = new Controller({
    environment: 'dev',
    openDelivery: async () =>
      withStore(await openDelivery(project.dir, {}, date, new Hooks(project.dir, realWorld(), said)), home),
    readCheck: async () => null,
    served: () => served.hash,
    follow: () => void served.followed++,
    ...{ counters, scorer, peers, withheld: takenBack },
    copies: { follow },
    world: {
      date,
      later: (_, act) => {
        look = act;
        return () => undefined;
      },
    },
    say: said,
    onFault: (error) => void faults.push(error),
  });
  const getsCalls = (rollout: string) => !takenBack.has(rollout);
  return { clock, said: heard, faults, withheld, counters, home, served, controller, getsCalls, look: () => look() };
}

/** A store that can be out of reach. */
function withStore(delivery: Delivery, home: { there: boolean }): Delivery {
  const { store } = delivery;
  const append: Delivery['store']['append'] = async (...args) => {
    if (!home.there) throw new Error('the store is gone');
    return store.append(...args);
  };
  const reaching = Object.create(store, { append: { value: append } }) as Delivery['store'];
  return { ...delivery, store: reaching };
}

function count(counters: Counters, calls: number, errors: { readonly control: number; readonly candidate: number }) {
  for (const arm of ['control', 'candidate'] as const) {
    for (let at = 0; at < calls; at++) counters.onCall(callIn(arm, at < errors[arm]));
  }
}

function callIn(arm: 'control' | 'candidate', fails: boolean): FinishedCall {
  return {
    ...{ id: 'x', at: 0, prompt: 'reply', release: 'reply@2', digest: 'd', arm, rollout: 'dev-2', unit: null },
    ...{ latencyMs: 5, firstTokenMs: null, model: 'echo/x', answer: null, usd: null, clientLeft: false },
    ...{ error: fails ? 'server' : null, messages: [], variables: {}, said: [], copyOf: null, trace: null },
  };
}

async function linesOf(project: DeliveryProject): Promise<readonly LedgerLine[]> {
  const delivery = await openDelivery(project.dir, {}, () => new Date());
  return (await readEnvironment(delivery.store, 'dev')).lines;
}

describe('the controller', () => {
  it('takes a bad canary back in the look that shows it, with all that it rests on', async () => {
    const project = await makeCanary();
    expect((await project.llmci('rollout', 'dev', '--explain')).stderr).toContain(
      'no gateway has decided anything in dev',
    );
    const { counters, controller, withheld, said, faults } = open(project);
    await controller.start();
    count(counters, 200, { control: 2, candidate: 60 });
    await controller.start();
    await controller.stop();
    expect(faults).toEqual([]);
    expect(withheld).toEqual(['dev-2']);
    expect(said).toEqual([expect.stringContaining('rate of errors (reply) failed')]);
    const lines = await linesOf(project);
    expect(lines.at(-1)).toMatchObject({
      action: 'rollback',
      by: { name: 'llmci serve' },
      figures: { gates: [{ metric: 'errors', verdict: 'fail', n: { control: 200, candidate: 200 } }] },
    });
    const [before] = fold(lines.slice(0, -1)).state.rollouts;
    const last = lines.at(-1);
    if (!before || !last) throw new Error('it was under way');
    expect(explainLine(last, before)?.differs).toEqual([]);
    const figures = 'figures' in last ? { ...last.figures, ratio: null } : {};
    expect(explainLine({ ...last, figures } as LedgerLine, before)?.differs).toEqual(['the sample ratio']);
    const told = await project.llmci('rollout', 'dev', '--explain');
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('rolled back reply@2 to @1 (rate of errors (reply) failed)');
    expect(told.stdout).toContain('at 50%: 200 calls of the candidate, 200 of the control');
    expect(told.stdout).toMatch(
      /rate of errors \(reply\)[\s\S]*n 200[\s\S]*n 200[\s\S]*29 points higher[\s\S]*at most 5 points\s+higher[\s\S]*fail/,
    );
    expect(told.stdout).toContain('Computed again from the counts in this line: the same.');
  });

  it('gives a candidate calls from the first look at its gates until it takes it back', async () => {
    const project = await makeCanary();
    const { counters, controller, getsCalls } = open(project);
    expect(getsCalls('dev-2')).toBe(false);
    await controller.start();
    expect(getsCalls('dev-2')).toBe(true);
    count(counters, 200, { control: 2, candidate: 60 });
    await controller.start();
    expect(getsCalls('dev-2')).toBe(false);
    await controller.stop();
  });

  it('has what is served follow what it has read first, once for each line', async () => {
    const project = await makeCanary();
    const { controller, served } = open(project);
    await controller.start();
    served.hash = (await linesOf(project)).at(-1)?.hash ?? '';
    served.followed = 0;
    await controller.start();
    expect(served.followed).toBe(0);
    await project.llmci('rollback', 'reply', '--in', 'dev');
    // The ledger is read anew every fourth time
    for (let looks = 0; looks < 8; looks++) await controller.start();
    await controller.stop();
    expect(served.followed).toBe(1);
  });

  it('writes down what it looked at, not what came in while it wrote', async () => {
    const project = await makeCanary();
    const { counters, controller, withheld } = open(project, {
      meanwhile: (name) => count(name, 300, { control: 0, candidate: 0 }),
    });
    await controller.start();
    count(counters, 200, { control: 2, candidate: 60 });
    await controller.start();
    await controller.stop();
    expect(withheld).toEqual(['dev-2']);
    const lines = await linesOf(project);
    expect(lines.at(-1)).toMatchObject({ figures: { gates: [{ n: { control: 200, candidate: 200 } }] } });
    const told = await project.llmci('rollout', 'dev', '--explain');
    expect(told.stdout).toContain('Computed again from the counts in this line: the same.');
  });

  it('tells those who are to be told of what it does by itself', async () => {
    const project = await makeCanary();
    const program = `process.stdin.on('data', (text) => require('node:fs').appendFileSync('told.jsonl', text + '\\n'))`;
    const rollout = { strategy: 'canary', steps: [{ weight: '50%', calls: 20 }] };
    const notify = [{ exec: ['no-such-program'] }, { exec: [process.execPath, '-e', program] }];
    await project.write('llmci.yaml', { environments: { dev: { rollout, notify } } });
    const { counters, controller, said, faults } = open(project);
    await controller.start();
    count(counters, 200, { control: 2, candidate: 60 });
    await controller.start();
    await controller.stop();
    const told = JSON.parse(await project.read('told.jsonl')) as object;
    expect(told).toMatchObject({ event: 'rollback', environment: 'dev', releases: ['reply@2'], by: 'llmci serve' });
    expect(said).toContainEqual(expect.stringContaining('no-such-program was not told of the rollback in dev'));
    expect(faults).toEqual([]);
  });

  it('takes a good one through its steps, and forgets nothing when it begins anew', async () => {
    const project = await makeCanary();
    const first = open(project);
    await first.controller.start();
    count(first.counters, 20, { control: 0, candidate: 0 });
    await first.controller.start();
    expect((await linesOf(project)).at(-1)).toMatchObject({ action: 'step', weight: 0.8 });
    await first.controller.start();
    for (let call = 0; call < 30; call++) first.counters.onCall(callIn(call < 6 ? 'control' : 'candidate', false));
    await first.controller.stop();

    const second = open(project);
    await second.controller.start();
    expect(second.counters.of('dev-2').steps.map(({ calls }) => calls.candidate)).toEqual([20, 24]);
    for (let at = 0; at < 4; at++) {
      for (let call = 0; call < 100; call++) second.counters.onCall(callIn('control', false));
      for (let call = 0; call < 400; call++) second.counters.onCall(callIn('candidate', false));
    }
    await second.controller.start();
    expect((await linesOf(project)).at(-1)?.action).toBe('step');
    second.clock.now += 60_000;
    await second.controller.start();
    await second.controller.stop();
    expect([...first.faults, ...second.faults]).toEqual([]);
    expect((await linesOf(project)).at(-1)).toMatchObject({ action: 'complete', rollout: 2 });
  });

  it('gives the calls back at once when the store is gone, and tells it when it is there again', async () => {
    const project = await makeCanary();
    const first = open(project, { store: false });
    await first.controller.start();
    count(first.counters, 200, { control: 2, candidate: 60 });
    await first.controller.start();
    expect(first.withheld).toEqual(['dev-2']);
    expect(first.faults).toEqual([expect.objectContaining({ message: 'the store is gone' })]);
    count(first.counters, 300, { control: 0, candidate: 0 });
    await first.controller.stop();

    const second = open(project);
    await second.controller.start();
    await second.controller.stop();
    expect(second.withheld).toContain('dev-2');
    const line = (await linesOf(project)).at(-1);
    expect(line).toMatchObject({ action: 'rollback', figures: { gates: [{ n: { candidate: 200 } }] } });
    const told = await project.llmci('rollout', 'dev', '--explain');
    expect(told.stdout).toContain('Computed again from the counts in this line: the same.');
  });

  it('goes on with what it knows when the ledger itself is gone, also after a restart', async () => {
    const project = await makeCanary();
    const first = open(project);
    await first.controller.start();
    const [there, away] = [project.path('releases'), project.path('releases-away')];
    await rename(there, away);
    await first.controller.start();
    count(first.counters, 200, { control: 2, candidate: 60 });
    await first.controller.start();
    expect(first.withheld).toEqual(['dev-2']);
    await first.controller.stop();

    const second = open(project);
    await second.controller.start();
    await second.controller.start();
    expect(second.withheld).toEqual(['dev-2']);
    await rename(away, there);
    await second.controller.start();
    await second.controller.stop();
    expect((await linesOf(project)).at(-1)).toMatchObject({ action: 'rollback' });
  });

  it('writes down what a hand has taken back when the store was gone, and by whom', async () => {
    const project = await makeCanary();
    const first = open(project, { store: false });
    await first.controller.start();
    await first.controller.takeBack('dev-2', 'rude', { name: 'ada', via: 'token' });
    expect(first.withheld).toEqual(['dev-2']);
    await first.controller.stop();

    const second = open(project);
    await second.controller.start();
    await second.controller.stop();
    expect(second.withheld).toContain('dev-2');
    const line = (await linesOf(project)).at(-1);
    expect(line).toMatchObject({ action: 'rollback', by: { name: 'ada', via: 'token' }, reason: 'rude' });
    expect(line).not.toHaveProperty('figures');
  });

  it('waits while its clock is behind the ledger, and goes back all the same', async () => {
    const project = await makeCanary();
    const { clock, counters, controller, withheld } = open(project);
    clock.now = Date.parse('2020-01-01T00:00:00.000Z');
    await controller.start();
    count(counters, 100, { control: 0, candidate: 0 });
    await controller.start();
    await controller.start();
    expect(await linesOf(project)).toHaveLength(2);
    count(counters, 200, { control: 0, candidate: 150 });
    await controller.start();
    await controller.stop();
    expect(withheld).toEqual(['dev-2']);
    const lines = await linesOf(project);
    expect(lines.at(-1)).toMatchObject({ action: 'rollback', at: lines.at(-2)?.at });
  });

  it('is one of several that leads, and decides by the calls of all', async () => {
    const project = await makeCanary();
    const [first, second] = [open(project), open(project)];
    await first.controller.start();
    await second.controller.start();
    expect([...first.said, ...second.said]).toEqual([
      expect.stringMatching(/^process \d+ on .* leads the rollouts here/),
    ]);
    count(first.counters, 30, { control: 0, candidate: 0 });
    count(second.counters, 60, { control: 0, candidate: 60 });
    await second.controller.start();
    expect(await linesOf(project)).toHaveLength(2);
    const told = JSON.parse((await project.llmci('rollout', 'dev', '--json')).stdout) as { gates: object[] };
    expect(told.gates).toMatchObject([{ n: { control: 60, candidate: 60 } }]);
    await first.controller.start();
    expect((await linesOf(project)).at(-1)).toMatchObject({
      action: 'rollback',
      figures: { gates: [{ n: { control: 90, candidate: 90 } }] },
    });
    await second.controller.start();
    await first.controller.stop();
    await second.controller.stop();
    expect([...first.faults, ...second.faults]).toEqual([]);
  });

  it('leads when the one before has ended, and counts none of its calls twice', async () => {
    const project = await makeCanary();
    const [first, second] = [open(project), open(project)];
    await first.controller.start();
    await second.controller.start();
    count(first.counters, 4, { control: 0, candidate: 0 });
    count(second.counters, 3, { control: 0, candidate: 0 });
    await first.controller.stop();
    await second.controller.start();
    expect(second.said.at(-1)).toBe('this gateway leads the rollouts here now');
    // It gets another place than the first had: that is the leader's
    const third = open(project);
    await third.controller.start();
    count(third.counters, 2, { control: 0, candidate: 0 });
    await second.controller.stop();
    await third.controller.start();
    expect(third.counters.of('dev-2').steps.map(({ calls }) => calls)).toEqual([{ control: 9, candidate: 9 }]);
    await third.controller.stop();
    const fourth = open(project);
    await fourth.controller.start();
    expect(fourth.counters.of('dev-2').steps.map(({ calls }) => calls)).toEqual([{ control: 9, candidate: 9 }]);
    await fourth.controller.stop();
    expect(await linesOf(project)).toHaveLength(2);
  });

  it('decides nothing by counts that it cannot read', async () => {
    const project = await makeCanary({ deadline: '1s' });
    await project.write('.llmci/serve/dev/counts.json', '{"counts": [');
    const { controller, faults } = open(project);
    await controller.start();
    await controller.stop();
    expect(faults).toEqual([expect.objectContaining({ code: 'bad-counts' })]);
    expect(await linesOf(project)).toHaveLength(2);
  });
});

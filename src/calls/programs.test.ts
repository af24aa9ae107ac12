import { describe, expect, it } from 'vitest';
import { virtualWorld } from '../../test/helpers/virtual-world.js';
import type { ProcessOptions } from '../providers/contract/run-process.js';
import { makeRunner } from './programs.js';

const never = new AbortController().signal;
const asIs = (text: string) => text;

/** A world in which every program takes so long, unless its signal ends it. */
function worldOf(takesMs: number) {
  const world = virtualWorld();
  const started: ProcessOptions[] = [];
  const runProcess: typeof world.runProcess = async (_program, _args, options) => {
    started.push(options);
    await world.sleep(takesMs, options.signal);
    if (options.signal.aborted) throw options.signal.reason;
    return { stdout: 'done', stderr: '', problem: null };
  };
  return { ...world, env: { LANG: 'C', GIVEN: '1', OTHER: '2' }, runProcess, started };
}

describe('programs of metrics', () => {
  it('get what they need of the environment and what was named for them, and their input', async () => {
    const world = worldOf(5000);
    const run = makeRunner('/project', world, never, asIs);
    expect(await world.run(run(['grade', '-v'], '{}', { timeoutMs: 10_000, env: ['GIVEN'] }))).toMatchObject({
      stdout: 'done',
    });
    expect(world.started).toMatchObject([{ cwd: '/project', env: { LANG: 'C', GIVEN: '1' }, input: '{}' }]);
    expect(world.now()).toBe(5000);
  });

  it('get that base alone where a metric in code names nothing', async () => {
    const world = worldOf(5000);
    await world.run(makeRunner('/project', world, never, asIs)(['grade'], '{}', { timeoutMs: 10_000 }));
    expect(world.started).toMatchObject([{ env: { LANG: 'C' } }]);
    expect(world.started[0]?.env).not.toHaveProperty('GIVEN');
  });

  it('tell no keys, also where what they write is cut off later', async () => {
    const world = worldOf(5000);
    const redact = (text: string) => text.replace('done', '[redacted]');
    const run = makeRunner('/project', world, never, redact);
    expect(await world.run(run(['grade'], '{}', { timeoutMs: 10_000 }))).toMatchObject({ stdout: '[redacted]' });
  });

  it('end at their time limit, which starts with them', async () => {
    const world = worldOf(20_000);
    const run = makeRunner('/project', world, never, asIs);
    const late = Array.from({ length: 3 }, () =>
      run(['grade'], '', { timeoutMs: 10_000, env: [] }).catch((error: Error) => error.message),
    );
    expect(await world.run(Promise.all(late))).toEqual(Array(3).fill('grade took longer than 10 s'));
  });

  it('end with the run', async () => {
    const world = worldOf(20_000);
    const stopped = new AbortController();
    const run = makeRunner('/project', world, stopped.signal, asIs);
    world.later(1000, () => stopped.abort());
    await expect(world.run(run(['grade'], '', { timeoutMs: 10_000, env: [] }))).rejects.toThrow('the run was stopped');
    expect(world.now()).toBe(1000);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { batchArgs, KEY, liveCalls, readRecord, startBatchProject, TYPES } from '../helpers/batch-project.js';
import { runCli, runProcess, startCli, startHere } from '../helpers/cli.js';
import type { ModelServer } from '../helpers/model-server.js';
import type { Project } from '../helpers/project.js';

// kill -9 of runs with batches, and --resume. A request that is in two batches was paid for twice.

/** Kills of the test with random moments; `LLMCI_KILLS=50` for all of what is promised. */
const KILLS = Number(process.env['LLMCI_KILLS'] ?? 2);
const TEXTS = ['one', 'two', 'three', 'four', 'five'];

/** Runs until something has happened, and kills the process. */
async function killWhen(project: Project, happened: () => boolean, flags: readonly string[] = []): Promise<void> {
  const cli = startCli(...batchArgs(project, flags));
  await vi.waitUntil(happened, { timeout: 20_000, interval: 5 });
  cli.kill('SIGKILL');
  expect((await cli.result).signal).toBe('SIGKILL');
}

function resume(project: Project) {
  const [, options] = batchArgs(project);
  return runCli(['eval', '--resume', '--reporter', 'json=record.json'], options);
}

/** All requests in all batches, each as often as it was paid for. */
const paid = ({ batches }: ModelServer) => batches.flatMap(({ ids }) => ids);

/** Whether a batch was handed in, whatever became of it. */
const isCreated = ({ calls }: ModelServer) =>
  calls.some(({ method, path }) => method === 'POST' && path.endsWith('/batches'));

async function expectWhole(project: Project, server: ModelServer, texts: readonly string[] = TEXTS): Promise<void> {
  const record = await readRecord(project);
  expect(record.verdict).toBe('pass');
  expect(record.results.map(({ output }) => output?.text)).toEqual(texts);
  expect(record.results.every(({ output }) => output?.batched)).toBe(true);
  expect(paid(server)).toHaveLength(texts.length);
  expect(new Set(paid(server)).size).toBe(texts.length);
  expect(liveCalls(server)).toEqual([]);
}

describe.concurrent.each(TYPES)('a killed run with batches of %s', (type) => {
  it.each([
    ['with the cache', []],
    ['without', ['--no-cache']],
  ] as const)('picks up the batch that it was waiting for, %s', async (_, flags) => {
    const { server, project } = await startBatchProject(type, { texts: TEXTS, batches: { polls: 2 } });
    await killWhen(project, () => (server.batches[0]?.asked ?? 0) > 0, flags);
    const { code, stderr } = await resume(project);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await expectWhole(project, server);
  });

  it('finds the batch that was handed in when the answer had not come', async () => {
    const { server, project } = await startBatchProject(type, {
      texts: TEXTS,
      batches: { onCreate: (n) => (n === 0 ? 'hang' : 'answer') },
    });
    await killWhen(project, () => server.batches.length > 0);
    const { code, stderr } = await resume(project);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('found the batch') });
    await expectWhole(project, server);
  });

  it('hands a batch in that never arrived', async () => {
    const { server, project } = await startBatchProject(type, {
      texts: TEXTS,
      batches: { onCreate: (n) => (n === 0 ? 'drop' : 'answer') },
    });
    await killWhen(project, () => isCreated(server));
    expect(server.batches).toEqual([]);
    expect((await resume(project)).code).toBe(0);
    await expectWhole(project, server);
  });

  it('does not take the batch of somebody else for its own', async () => {
    const { server, project } = await startBatchProject(type, {
      texts: TEXTS,
      batches: { onCreate: (n) => (n === 0 ? 'drop' : 'answer') },
    });
    // Another batch of the same size, made while ours was on its way
    const other = await startBatchProject(type, { texts: ['a', 'b', 'c', 'd', 'e'], server });
    await killWhen(project, () => isCreated(server));
    expect((await runCli(...batchArgs(other.project))).code).toBe(0);
    const { code } = await resume(project);
    expect(code).toBe(0);
    const record = await readRecord(project);
    expect(record.results.map(({ output }) => output?.text)).toEqual(TEXTS);
    expect(server.batches).toHaveLength(2);
  });

  it('tries again what had expired', async () => {
    let late = true;
    const { server, project } = await startBatchProject(type, {
      texts: TEXTS,
      batches: { unanswered: (text) => (late && text === 'two' ? 'expired' : null) },
    });
    expect((await runCli(...batchArgs(project))).code).toBe(3);
    late = false;
    const { runId } = await readRecord(project);
    const [, options] = batchArgs(project);
    const again = await runCli(['eval', '--resume', runId, '--reporter', 'json=record.json'], options);
    expect(again.code).toBe(0);
    expect(server.batches.map(({ texts }) => texts)).toEqual([TEXTS, ['two']]);
  });

  it(`loses and repeats nothing in ${KILLS} kills at random moments`, {
    timeout: 120_000 + KILLS * 30_000,
  }, async () => {
    const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
    const moments: Record<string, number> = {};
    const setting = { texts, batches: { polls: 1 } };
    const measured = await startBatchProject(type, setting);
    const { durationMs } = await runProcess(...batchArgs(measured.project));
    for (let kills = 0; kills < KILLS; ) {
      const { server, project } = await startBatchProject(type, setting);
      for (;;) {
        const call = await callOrResume(project);
        // The last one is not killed, and needs no process of its own
        const cli = kills < KILLS ? startCli(...call) : startHere(...call);
        const timer = setTimeout(() => kills < KILLS && cli.kill('SIGKILL'), Math.random() * durationMs);
        const { code, signal, stderr } = await cli.result;
        clearTimeout(timer);
        if (signal === null) {
          expect(code, stderr).toBe(0);
          break;
        }
        kills++;
        const moment = momentOf(server, await project.list());
        moments[moment] = (moments[moment] ?? 0) + 1;
      }
      await expectWhole(project, server, texts);
      for (const path of await project.list()) expect(await project.read(path)).not.toContain(KEY);
    }
    // Where they hit depends on the machine; with many, none of these is missed
    if (KILLS >= 50) expect(Object.keys(moments)).toEqual(expect.arrayContaining(['waiting', 'reading']));
  });
});

/** By its name: one that was killed when it had just been finished is no longer the newest that was cut short. */
async function callOrResume(project: Project): Promise<ReturnType<typeof batchArgs>> {
  const [args, options] = batchArgs(project);
  const begun = (await project.list()).find((path) => path.endsWith('plan.json'));
  const run = begun?.split('/').at(-2);
  return [run === undefined ? args : ['eval', '--resume', run, '--reporter', 'json=record.json'], options];
}

function momentOf({ batches }: ModelServer, files: readonly string[]): string {
  if (batches[0]) return batches[0].read > 0 ? 'reading' : 'waiting';
  return files.some((path) => path.endsWith('plan.json')) ? 'handing in' : 'starting';
}

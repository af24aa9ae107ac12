import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { inOrder } from '../helpers/model-server/behaviour.js';
import { makeServedProject, type ServedProject } from '../helpers/served-project.js';

// A run that was cut short goes on where it was, in real processes, against a real server that counts.

const hang = { kind: 'hang' } as const;
const text = (content: string) => ({ kind: 'text', text: content }) as const;
const NO_CACHE = ['eval', '--no-cache'];

/** Starts a run whose calls hang after the first `answers`, and kills it when they do. */
async function killAfter({ start, server }: ServedProject, args: readonly string[], calls: number): Promise<void> {
  const run = start(args);
  await vi.waitFor(() => expect(server.stats().calls).toBeGreaterThanOrEqual(calls), { timeout: 30_000 });
  // The answers before those that hang are in the journal by the time that the next calls are made, each worker in turn
  run.kill('SIGKILL');
  await run.result;
}

/** A server that answers `answers` calls, then none until it is told to. */
function stubborn(answers: number) {
  const state = { heals: false };
  return {
    state,
    respond: ({ index, lastUserText }: { index: number; lastUserText: string }) =>
      index < answers || state.heals ? text(`re: ${lastUserText}`) : hang,
  };
}

async function journalOf({ project }: ServedProject): Promise<string> {
  return project.path((await project.list()).find((path) => path.endsWith('/results.jsonl')) ?? 'none');
}

describe.concurrent('a killed run', () => {
  it('goes on in the same folder: nothing finished is called again, nothing is lost', async () => {
    const { state, respond } = stubborn(6);
    const served = await makeServedProject({ respond }, { provider: { concurrency: 2 } });
    await killAfter(served, NO_CACHE, 8);
    expect((await served.project.list()).filter((path) => path.endsWith('run.json'))).toEqual([]);
    state.heals = true;
    const { result, record } = await served.record(['eval', '--resume']);
    expect(result.code).toBe(0);
    expect(record.samples).toEqual({ planned: 10, finished: 10, errors: 0 });
    expect(record.results.map(({ case: id }) => id)).toEqual(Array.from({ length: 10 }, (_, index) => `c${index + 1}`));
    expect(record.usage.calls).toEqual({ live: 10, cache: 0, replay: 0 });
    expect(record.notes[0]).toBe('Resumed: 6 samples had been finished before.');
    // Two were in flight at the kill
    expect(served.server.stats().calls).toBe(12);
    const folders = new Set(
      (await served.project.list()).flatMap((path) => /^\.llmci\/runs\/([^/]+)/.exec(path)?.[1] ?? []),
    );
    expect([...folders]).toEqual([record.runId]);
    expect((await served.project.list()).filter((path) => path.includes('lock-'))).toEqual([]);
  });

  it('needs no flag repeated, takes those of money and pace anew, and refuses others', async () => {
    const { state, respond } = stubborn(4);
    const served = await makeServedProject({ respond }, { provider: { concurrency: 2 }, suite: { trials: 1 } });
    await killAfter(
      served,
      [...NO_CACHE, '--case', 'c1', '--case', 'c2', '--case', 'c3', '--trials', '2', '--seed', '7'],
      6,
    );
    state.heals = true;
    for (const [flag, ...values] of [
      ['--case', 'c4'],
      ['--trials', '3'],
      ['--seed', '8'],
      ['--model', 'echo/x'],
      ['--replay'],
      ['--fail-fast'],
    ] as const) {
      const refused = await served.llmci(['eval', '--resume', flag, ...values]);
      expect([flag, refused.code]).toEqual([flag, 2]);
      expect(refused.stderr).toContain(`error: ${flag}: run `);
    }
    expect(served.server.stats().calls).toBe(6);
    // Where cases stand is nothing that results depend on
    const suite = await served.project.read('evals/reply.eval.yaml');
    await served.project.write('evals/reply.eval.yaml', `# a line more above them\n${suite}`);
    const { record } = await served.record([
      'eval',
      '--resume',
      '--concurrency',
      '1',
      '--timeout',
      '5s',
      '--seed',
      '7',
    ]);
    expect(record).toMatchObject({ seed: 7, filtered: true, samples: { planned: 6, finished: 6, errors: 0 } });
  });

  it('a torn last line is cut off, and so is garbage behind it', async () => {
    const { state, respond } = stubborn(5);
    const served = await makeServedProject({ respond }, { provider: { concurrency: 1 } });
    await killAfter(served, NO_CACHE, 6);
    const journal = await journalOf(served);
    const lines = (await readFile(journal, 'utf8')).split('\n');
    expect(lines.length).toBe(6);
    await writeFile(journal, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 60)}`);
    await appendFile(journal, Buffer.alloc(5000));
    await appendFile(journal, '\n{"index":7,"result":{"su');
    state.heals = true;
    const { result, record } = await served.record(['eval', '--resume']);
    expect([result.code, record.samples.finished, record.results.length]).toEqual([0, 10, 10]);
    expect(record.notes.join()).toMatch(/had been finished before.*damaged: 5,?0\d\d bytes cut off/);
    // Four were whole: the fifth is called again, and the sixth, which hung
    expect(served.server.stats().calls).toBe(6 + 6);
    expect((await readFile(journal)).includes(0)).toBe(false);
  });

  it('a bad line in the middle counts as not finished, and is told', async () => {
    const { state, respond } = stubborn(5);
    const served = await makeServedProject({ respond }, { provider: { concurrency: 1 } });
    await killAfter(served, NO_CACHE, 6);
    const journal = await journalOf(served);
    const lines = (await readFile(journal, 'utf8')).split('\n');
    lines[1] = lines[1]?.slice(0, 70) ?? '';
    lines[2] = 'not JSON at all';
    await writeFile(journal, lines.join('\n'));
    state.heals = true;
    const { result, record } = await served.record(['eval', '--resume']);
    expect([result.code, record.samples.finished, record.results.length]).toEqual([0, 10, 10]);
    expect(record.notes).toContain('2 lines of results could not be read: their samples were called again.');
    expect(served.server.stats().calls).toBe(6 + 7);
    // Readers of the run see it whole, bad lines or not
    expect((await served.llmci(['report', 'latest'])).code).toBe(0);
  });

  it('exit 2 when its files have changed, and once they are as they were, it goes on', async () => {
    const served = await makeServedProject({ respond: stubborn(3).respond }, { provider: { concurrency: 1 } });
    const { project } = served;
    await killAfter(served, NO_CACHE, 4);
    const [suite, config] = [await project.read('evals/reply.eval.yaml'), await project.read('llmci.yaml')];
    const messages = [{ role: 'user', content: 'Now {{ ticket }}' }];
    for (const [what, file, change] of [
      ['prompt reply has changed', 'prompts/reply.prompt.yaml', { model: 'fake/model-1', messages }],
      [
        'the gates of suite reply have changed',
        'prompts/reply.thresholds.yaml',
        { gates: [{ metric: 'pass', min: 0.5 }] },
      ],
      ['the metrics of suite reply have changed', 'evals/reply.eval.yaml', suite.replace('value: ok', 'value: no')],
      [
        'the cases of suite reply have changed',
        'evals/reply.eval.yaml',
        suite.replace('ticket: ok 7', 'ticket: seven'),
      ],
      [
        'the prices in llmci.yaml have changed',
        'llmci.yaml',
        `${config}prices: { fake/model-1: { input: 1, output: 1 } }\n`,
      ],
    ] as const) {
      const before = await project.read(file);
      await project.write(file, change);
      expect(await project.read(file)).not.toBe(before);
      const refused = await served.llmci(['eval', '--resume']);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`does not fit the files here: ${what} since it began`);
      await project.write(file, before);
    }
    expect(served.server.stats().calls).toBe(4);
    const again = served.start(['eval', '--resume']);
    await vi.waitFor(() => expect(served.server.stats().calls).toBe(5), { timeout: 30_000 });
    again.kill('SIGKILL');
  });

  it('exit 2 when a module that it uses has changed, or what that imports', async () => {
    const metric = (type: string) =>
      `import '../lib/words.mjs';\nexport default { type: '${type}', describe: '', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [], score: () => ({ value: 1, reason: '' }) };\n`;
    const answer = `{ text: 'ok', toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, finishReason: 'stop', servedModel: null }`;
    const provider = `export default { type: 'bot', describe: '', config: {}, free: true, identity: () => ({}), create: () => ({ complete: async () => (${answer}) }) };\n`;
    const tone = { metric: '../metrics/tone.mjs' };
    const cases = [1, 2, 3, 4].map((n) => ({ vars: { ticket: `ok ${n}` }, ...(n === 1 ? { metrics: [tone] } : {}) }));
    const served = await makeServedProject(
      { respond: stubborn(2).respond },
      {
        provider: { concurrency: 1 },
        suite: { models: ['fake/model-1', '../providers/bot.mjs'], cases },
        files: {
          'lib/words.mjs': '',
          'metrics/tone.mjs': metric('tone'),
          'metrics/other.mjs': metric('other'),
          'providers/bot.mjs': provider,
          'evals/other.eval.yaml': {
            prompt: 'reply',
            cases: [{ id: 'a', vars: { ticket: 'ok' } }],
            metrics: [{ metric: '../metrics/other.mjs' }],
          },
        },
      },
    );
    const { project } = served;
    await killAfter(served, ['eval', 'reply', '--no-cache'], 3);
    for (const [path, module] of [
      ['metrics/tone.mjs', 'metrics/tone.mjs'],
      ['providers/bot.mjs', 'providers/bot.mjs'],
      ['lib/words.mjs', 'metrics/tone.mjs'],
    ] as const) {
      const before = await project.read(path);
      await project.write(path, `${before}// changed`);
      const refused = await served.llmci(['eval', '--resume']);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining(`module ${module} with what it imports has changed since it began`),
      ]);
      await project.write(path, before);
    }
    expect(served.server.stats().calls).toBe(3);
    // What no suite of the run uses may change
    await project.write('metrics/other.mjs', `${await project.read('metrics/other.mjs')}// changed`);
    const again = served.start(['eval', '--resume']);
    await vi.waitFor(() => expect(served.server.stats().calls).toBe(4), { timeout: 30_000 });
    again.kill('SIGKILL');
  });

  it('one process at a time; the lock of a dead one, and of another one with its id, is taken over', async () => {
    const { state, respond } = stubborn(3);
    const served = await makeServedProject({ respond }, { provider: { concurrency: 1 } });
    await killAfter(served, NO_CACHE, 4);
    const first = served.start(['eval', '--resume']);
    await vi.waitFor(() => expect(served.server.stats().calls).toBe(5), { timeout: 30_000 });
    const runId = /runs\/([^/]+)/.exec(await journalOf(served))?.[1] ?? '';
    const second = await served.llmci(['eval', '--resume', runId]);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`run ${runId} is under way: process ${first.pid} on `);
    const none = await served.llmci(['eval', '--resume']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no run to go on with')]);
    first.kill('SIGKILL');
    await first.result;
    // A process that is alive, and started at another time than the one that had the lock
    const lock = (await served.project.list()).find((path) => path.includes('/lock-')) ?? '';
    const holder = JSON.parse(await served.project.read(lock)) as object;
    await served.project.write(lock, JSON.stringify({ ...holder, pid: process.pid }));
    state.heals = true;
    expect((await served.llmci(['eval', '--resume', runId])).code).toBe(0);
  });
});

describe.concurrent('a run that ended', () => {
  it('with errors: they are called again, the rest is kept, and stderr says how', async () => {
    const served = await makeServedProject(
      {
        respond: inOrder(
          text('ok'),
          text('ok'),
          { kind: 'status', status: 400 },
          text('ok'),
          { kind: 'status', status: 400 },
          text('ok'),
        ),
      },
      { cases: 6, provider: { concurrency: 1 } },
    );
    const first = await served.llmci(NO_CACHE);
    expect(first.code).toBe(3);
    const runId = /To go on with it: llmci eval --resume (\S+)\n$/.exec(first.stderr)?.[1] ?? '';
    const { result, record } = await served.record(['eval', '--resume', runId]);
    expect([result.code, result.stderr, record.runId, record.samples]).toEqual([
      0,
      '',
      runId,
      { planned: 6, finished: 6, errors: 0 },
    ]);
    expect(record.results.every(({ error }) => error === null)).toBe(true);
    expect(served.server.stats().calls).toBe(8);
    // Now there is nothing left to do, and nothing is done
    const whole = await served.llmci(['eval', '--resume', 'latest']);
    expect([whole.code, whole.stderr]).toEqual([0, `Run ${runId} is finished: there is nothing to go on with.\n`]);
    expect(whole.stdout).toContain('PASS');
    expect(served.server.stats().calls).toBe(8);
    expect((await served.llmci(['eval', '--resume'])).code).toBe(2);
  });

  it('at its deadline: going on has as much time again, unless it is given anew', async () => {
    const { state, respond } = stubborn(1);
    const served = await makeServedProject({ respond }, { cases: 2, provider: { concurrency: 1 } });
    const first = await served.record([...NO_CACHE, '--max-time', '3s']);
    const again = await served.record(['eval', '--resume']);
    for (const { result, record } of [first, again]) {
      expect([result.code, record.samples.finished]).toEqual([3, 1]);
      expect(record.notes).toContain(
        'Stopped at the deadline of 3s (--max-time, or maxTime in llmci.yaml); llmci eval --resume goes on, with as much time again.',
      );
    }
    state.heals = true;
    const whole = await served.record(['eval', '--resume', '--max-time', '9m']);
    expect([whole.result.code, whole.record.samples.finished, served.server.stats().calls]).toEqual([0, 2, 4]);
  });

  it('by Ctrl-C, once or twice, or SIGTERM: readable, and it goes on', async () => {
    for (const [signals, code] of [
      [['SIGINT'], 130],
      [['SIGINT', 'SIGINT'], 130],
      [['SIGTERM'], 143],
    ] as const) {
      const { state, respond } = stubborn(4);
      const served = await makeServedProject({ respond }, { provider: { concurrency: 2 } });
      const run = served.start(NO_CACHE);
      await vi.waitFor(() => expect(served.server.stats().calls).toBe(6), { timeout: 30_000 });
      for (const signal of signals) {
        run.kill(signal);
        await run.waitForOutput(/Stopping/);
      }
      const ended = await run.result;
      expect([ended.code, ended.stderr]).toEqual([
        code,
        expect.stringMatching(/To go on with it: llmci eval --resume \S+\n$/),
      ]);
      expect((await served.llmci(['report', 'latest'])).stdout).toContain('INTERRUPTED');
      state.heals = true;
      const { result, record } = await served.record(['eval', '--resume']);
      expect([result.code, record.interrupted, record.samples.finished, record.results.length]).toEqual([
        0,
        false,
        10,
        10,
      ]);
      expect(served.server.stats().calls).toBe(12);
    }
  });

  it('the second signal ends what never ends by itself', async () => {
    const served = await makeServedProject(
      { respond: () => hang },
      {
        cases: 1,
        files: {
          // Never ends, and cannot be cancelled
          'metrics/deaf.mjs': `export default { type: 'deaf', describe: '', params: {}, unit: 'fraction', better: 'higher', examples: [], score: () => { setInterval(() => {}, 1000); console.error('scoring'); return new Promise(() => {}); } };`,
        },
        suite: { metrics: [{ metric: '../metrics/deaf.mjs', id: 'deaf' }] },
        thresholds: { gates: [{ metric: 'deaf', min: 1 }] },
      },
    );
    const run = served.start(['eval', '--model', 'echo/x']);
    const early = await Promise.race([run.waitForOutput(/scoring/), run.result]);
    if ('stderr' in early) throw new Error(early.stderr);
    for (const signal of ['SIGINT', 'SIGINT'] as const) {
      run.kill(signal);
      await run.waitForOutput(/Stopping/);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const ended = await run.result;
    expect([ended.code, ended.signal]).toEqual([130, null]);
  });
});

describe.concurrent('scores that could not be made', () => {
  const judged = {
    provider: { concurrency: 1 },
    config: { judge: { model: 'fake/judge' } },
    suite: {
      metrics: [
        { metric: 'contains', value: 'ok' },
        { metric: 'judge', id: 'polite', rubric: 'Is it polite?', choices: { yes: 1, no: 0 } },
      ],
    },
    thresholds: { gates: [{ metric: 'polite', min: 0.5 }] },
  };
  const verdict = text(JSON.stringify({ reason: 'It is.', verdict: 'yes' }));

  it('an output that waits for its judge when the run is killed is not paid for again', async () => {
    const state = { heals: false };
    const served = await makeServedProject(
      { respond: ({ body }) => (body['model'] === 'model-1' ? text('ok') : state.heals ? verdict : hang) },
      { ...judged, cases: 3, provider: { concurrency: 4 } },
    );
    const run = served.start(NO_CACHE);
    await vi.waitFor(() => expect(served.server.stats().calls).toBeGreaterThanOrEqual(6), { timeout: 30_000 });
    expect(served.server.calls.filter(({ body }) => (body as { model: string }).model === 'model-1').length).toBe(3);
    // An answer whose scores take longer than a moment is kept, a moment later
    const kept = async () => (await readFile(await journalOf(served), 'utf8')).match(/"unscored":\d/g)?.length;
    await vi.waitFor(async () => expect(await kept()).toBe(3), { timeout: 30_000 });
    run.kill('SIGKILL');
    await run.result;
    state.heals = true;
    const { result, record } = await served.record(['eval', '--resume']);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(record.usage.calls.live).toBe(3);
    expect(record.usage.judge?.calls.live).toBe(3);
    const asked = served.server.calls.map(({ body }) => (body as { model: string }).model);
    expect(asked.filter((model) => model === 'model-1').length).toBe(3);
    expect(asked.filter((model) => model === 'judge').length).toBe(6);
  });

  it('those of a judge that failed are made on resuming, and only those', async () => {
    const state = { heals: false };
    const served = await makeServedProject(
      {
        respond: ({ body, lastUserText }) =>
          body['model'] === 'model-1'
            ? text(`ok ${lastUserText}`)
            : state.heals || /ok 1\b/.test(lastUserText)
              ? verdict
              : { kind: 'status', status: 400 },
      },
      { ...judged, cases: 3 },
    );
    const first = await served.record(NO_CACHE);
    expect(first.result.code).toBe(3);
    const failed = first.record.samples.unscored ?? 0;
    expect(failed).toBeGreaterThan(0);
    const calls = served.server.stats().calls;
    state.heals = true;
    const { result, record } = await served.record(['eval', '--resume']);
    expect([result.code, record.samples.unscored]).toEqual([0, undefined]);
    expect(record.results.flatMap(({ scores }) => scores).filter(({ value }) => value === null)).toEqual([]);
    // Of the judge one call a sample that lacked its score, of the model none
    expect(served.server.stats().calls).toBe(calls + failed);
    expect(record.usage.calls.live).toBe(3);
  });
});

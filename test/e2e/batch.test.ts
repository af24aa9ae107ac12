import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/run-record.js';
import { batchArgs, KEY, liveCalls, PRICES, readRecord, startBatchProject, TYPES } from '../helpers/batch-project.js';
import { runCli, runProcess } from '../helpers/cli.js';
import type { Project } from '../helpers/project.js';

// The real process against a server that has batches in both wire formats.

function evaluate(project: Project, flags: readonly string[] = []) {
  return runCli(...batchArgs(project, flags));
}

const resultOf = (record: RunRecord, id: string) => record.results.find((result) => result.case === id);

async function filesWith(project: Project, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of await project.list()) if ((await project.read(path)).includes(text)) found.push(path);
  return found;
}

describe.concurrent.each(TYPES)('eval --batch with %s', (type) => {
  it('asks once, takes answers by their ids, at half the price and without a latency', async () => {
    const texts = ['one', 'two', 'three', 'one'];
    const { server, project } = await startBatchProject(type, { texts, batches: { polls: 1 } });
    const { code, stdout, stderr } = await evaluate(project);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/svc: handed in 3 requests as batch \w+/);
    // The fourth case asks what the first does
    expect(server.batches.map((batch) => batch.texts)).toEqual([['one', 'two', 'three']]);
    expect(liveCalls(server)).toEqual([]);
    const record = await readRecord(project);
    expect(record.verdict).toBe('pass');
    for (const [index, text] of texts.entries())
      expect(resultOf(record, `case-${index + 1}`)?.output).toMatchObject({ text, latencyMs: null, batched: true });
    const { inputTokens, outputTokens } = record.usage;
    expect(record.usage).toMatchObject({ calls: { live: 3, cache: 1, replay: 0 } });
    const whole = ((inputTokens ?? 0) * PRICES.input + (outputTokens ?? 0) * PRICES.output) / 1e6;
    expect(whole).toBeGreaterThan(0);
    expect(record.usage.usd).toBeCloseTo(whole / 2, 9);
    expect(stdout + stderr).not.toContain(KEY);
    expect(await filesWith(project, KEY)).toEqual([]);

    // All of it is in the cache now, for runs with and without batches
    const again = await evaluate(project);
    expect(again.code).toBe(0);
    expect(server.batches).toHaveLength(1);
    expect((await readRecord(project)).usage).toMatchObject({ calls: { live: 0, cache: 4, replay: 0 } });
    const live = await runCli(['eval'], { cwd: project.dir, env: { SVC_KEY: KEY } });
    expect(live.code).toBe(0);
    expect(liveCalls(server)).toEqual([]);
  });

  it('carries images, of which the log of batches knows nothing', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\nan image of a cat', 'latin1').toString('base64');
    const image = { image: `data:image/png;base64,${png}` };
    const bodies: string[] = [];
    const { project } = await startBatchProject(type, {
      texts: ['one', 'two'],
      prompt: { messages: [{ role: 'user', content: [{ text: '{{ text }}' }, image] }] },
      respond: ({ body, lastUserText }) => {
        bodies.push(JSON.stringify(body));
        return { kind: 'text', text: lastUserText };
      },
      suite: { metrics: [{ metric: 'contains' }] },
    });
    const { code, stderr } = await evaluate(project);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(bodies.map((body) => body.includes(png))).toEqual([true, true]);
    expect(await filesWith(project, png)).toEqual(['prompts/say.prompt.yaml']);
  });

  it('gives each request its own error, and keeps the answers of the others', async () => {
    const { server, project } = await startBatchProject(type, {
      texts: ['good', 'bad', 'busy', 'late', 'lost', 'fine'],
      batches: { unanswered: (text) => (text === 'late' ? 'expired' : text === 'lost' ? 'lost' : null) },
      respond: ({ lastUserText }) =>
        lastUserText === 'bad'
          ? { kind: 'status', status: 400 }
          : lastUserText === 'busy'
            ? { kind: 'status', status: 429 }
            : { kind: 'text', text: lastUserText },
    });
    const { code } = await evaluate(project);
    expect(code).toBe(3);
    const record = await readRecord(project);
    const errors = record.results.map(({ case: id, error }) => [id, error?.kind ?? null]);
    const lost = type === 'openai' ? 'timeout' : 'bad-response';
    expect(errors).toEqual([
      ['case-1', null],
      ['case-2', 'invalid-request'],
      ['case-3', 'rate-limit'],
      ['case-4', 'timeout'],
      // The batch as a whole is expired at OpenAI, so that is what a missing result means
      ['case-5', lost],
      ['case-6', null],
    ]);
    expect(resultOf(record, 'case-4')?.error?.message).toMatch(/^expired: /);
    expect(server.batches).toHaveLength(1);
  });

  it('ignores results that nobody asked for, and says so', async () => {
    const evil = (id: string) =>
      type === 'openai'
        ? { custom_id: id, response: { status_code: 200, body: { choices: [{ message: { content: 'evil' } }] } } }
        : { custom_id: id, result: { type: 'succeeded', message: { content: [{ type: 'text', text: 'evil' }] } } };
    const { project } = await startBatchProject(type, {
      batches: {
        alsoSend: (ids) => [
          JSON.stringify(evil('f'.repeat(64))),
          JSON.stringify(evil('__proto__')),
          JSON.stringify(evil('../../etc/passwd')),
          'no JSON',
          // The first result of an id counts, the second does not
          JSON.stringify({ ...evil(ids[0] ?? ''), note: 'first' }),
        ],
      },
    });
    const { code, stdout } = await evaluate(project);
    expect(code).toBe(1);
    expect(stdout).toContain('4 results of batch');
    const record = await readRecord(project);
    expect(record.results.map(({ output }) => output?.text)).toEqual(['evil', 'two', 'three']);
    expect(record.notes.join()).toMatch(
      /4 results of batch \w+ of svc had an id that was not asked for, or came twice/,
    );
  });

  it('makes each round of adaptive trials a batch', async () => {
    let asked = 0;
    const { server, project } = await startBatchProject(type, {
      texts: ['a', 'b', 'c', 'd'],
      respond: ({ lastUserText }) => ({ kind: 'text', text: asked++ % 4 === 3 ? 'wrong' : lastUserText }),
      suite: { trials: { min: 1, max: 3 }, gates: [{ metric: 'pass', min: 0.9 }] },
    });
    await evaluate(project);
    expect(server.batches.length).toBeGreaterThan(1);
    expect(server.batches.every((batch) => batch.ids.length === 4)).toBe(true);
    expect(new Set(server.batches.flatMap((batch) => batch.ids)).size).toBe(server.batches.length * 4);
  });

  it('records answers, which replay at the price they had', async () => {
    const { server, project } = await startBatchProject(type, {
      suite: { cassette: '../fixtures/say.cassette.jsonl' },
    });
    expect((await evaluate(project, ['--record', '--no-cache'])).code).toBe(0);
    const { usd } = (await readRecord(project)).usage;
    const replayed = await runCli(['eval', '--replay', '--reporter', 'json=record.json'], { cwd: project.dir });
    expect(replayed.code).toBe(0);
    const record = await readRecord(project);
    const total = record.results.reduce((sum, { output }) => sum + (output?.usd ?? Number.NaN), 0);
    expect(total).toBeCloseTo(usd ?? Number.NaN, 9);
    expect(server.batches).toHaveLength(1);
  });

  it('reserves half the price in the budget', async () => {
    // At most 10 tokens of output each, at $3,000 a million: 3 cents, and a little for the input
    const { server, project } = await startBatchProject(type, { prompt: { modelParameters: { maxTokens: 10 } } });
    const { code } = await evaluate(project, ['--budget', '0.07']);
    expect(code).toBe(0);
    expect(server.batches[0]?.ids).toHaveLength(3);
    // Room for two at their most; when they have ended there is some for the third
    const tight = await startBatchProject(type, { prompt: { modelParameters: { maxTokens: 10 } } });
    expect((await evaluate(tight.project, ['--budget', '0.04'])).code).toBe(0);
    expect(tight.server.batches.map(({ ids }) => ids.length)).toEqual([2, 1]);
    const small = await startBatchProject(type, { prompt: { modelParameters: { maxTokens: 10 } } });
    expect((await evaluate(small.project, ['--budget', '0.001'])).code).toBe(3);
    expect(small.server.batches).toEqual([]);
  });

  it('does not hand a batch in again when only the answer was lost', async () => {
    const { server, project } = await startBatchProject(type, {
      batches: { onCreate: (n) => (n === 0 ? 'lose-answer' : 'answer') },
    });
    const { code, stderr } = await evaluate(project);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(server.batches).toHaveLength(1);
  });

  it('hands a batch in again when it never arrived', async () => {
    const { server, project } = await startBatchProject(type, {
      batches: { onCreate: (n) => (n === 0 ? 'drop' : 'answer') },
    });
    const { code } = await evaluate(project);
    expect(code).toBe(0);
    expect(server.batches).toHaveLength(1);
  });

  it('bears it when the service does not answer for a while', async () => {
    const { project } = await startBatchProject(type, { batches: { onStatus: (n) => (n < 2 ? 503 : 200) } });
    expect((await evaluate(project)).code).toBe(0);
  });

  it('leaves the batch at the service when it is interrupted, and says how to go on', async () => {
    const { server, project } = await startBatchProject(type, { batches: { polls: 1000 } });
    const args = ['eval', '--batch', '--reporter', 'json=record.json'];
    const { code, stdout } = await runProcess(args, {
      cwd: project.dir,
      env: { SVC_KEY: KEY },
      signalAfter: { output: /handed in 3 requests/, signal: 'SIGINT' },
    });
    expect(code).toBe(130);
    const { runId, samples } = await readRecord(project);
    expect(samples).toMatchObject({ planned: 3, finished: 0 });
    expect(stdout.replace(/\s+/g, ' ')).toContain(`still at svc; \`llmci eval --resume ${runId}\` picks it up.`);
    expect(server.batches[0]?.cancelled).toBe(false);
  });
});

describe.concurrent('eval --batch', () => {
  it('is an error before anything is sent when a provider has no batches', async () => {
    const { server, project } = await startBatchProject('openai', { suite: { models: ['svc/gpt-4.1-mini', 'echo'] } });
    const { code, stderr } = await evaluate(project);
    expect(code).toBe(2);
    expect(stderr).toContain('--batch: echo has no batches');
    expect(server.calls).toEqual([]);
  });

  it('goes with no --replay', async () => {
    const { project } = await startBatchProject('openai');
    const { code, stderr } = await evaluate(project, ['--replay']);
    expect(code).toBe(2);
    expect(stderr).toContain('--batch');
  });

  it('says before anything is sent that latency cannot be judged', async () => {
    const { project } = await startBatchProject('openai', {
      suite: { metrics: [{ metric: 'latency', max: '4s' }], gates: [{ metric: 'latency', stat: 'p95', max: '4s' }] },
    });
    const { code, stderr } = await evaluate(project);
    expect(code).toBe(3);
    expect(stderr.indexOf('judges latency')).toBeGreaterThanOrEqual(0);
    expect(stderr.indexOf('judges latency')).toBeLessThan(stderr.indexOf('handed in'));
  });

  it('hands requests to several models in as several batches', async () => {
    const { server, project } = await startBatchProject('openai', {
      suite: { models: ['svc/gpt-4.1-mini', 'svc/gpt-4.1'] },
    });
    expect((await evaluate(project)).code).toBe(0);
    expect(server.batches.map(({ ids }) => ids.length)).toEqual([3, 3]);
  });

  it('gives all its requests the error of a batch that was refused', async () => {
    const refuse = { code: 'token_limit_exceeded', message: 'Enqueued token limit reached for gpt-4.1-mini.' };
    const { project } = await startBatchProject('openai', { batches: { refuse } });
    expect((await evaluate(project)).code).toBe(3);
    const { results } = await readRecord(project);
    expect(results.map(({ error }) => error)).toEqual(
      Array.from({ length: 3 }, () => ({
        kind: 'rate-limit',
        message: expect.stringContaining('refused the batch: Enqueued token limit reached for gpt-4.1-mini.'),
        status: null,
      })),
    );
  });

  it('asks the judge live, while the results of a batch are read', async () => {
    const { server, project } = await startBatchProject('openai', {
      texts: Array.from({ length: 300 }, (_, index) => `text ${index}`),
      config: { judge: { model: 'svc/gpt-4.1' } },
      suite: {
        metrics: [{ metric: 'judge', rubric: 'It is a text.', choices: { good: 1, bad: 0 } }],
        gates: [{ metric: 'judge', min: 0.9, decide: 'point' }],
      },
    });
    expect((await evaluate(project, ['--concurrency', '1'])).code).toBe(0);
    expect(server.batches.map(({ ids }) => ids.length)).toEqual([300]);
    expect(liveCalls(server)).toHaveLength(300);
  });

  it('plans at half the price', async () => {
    const { project } = await startBatchProject('openai');
    const plan = async (...flags: string[]) => {
      const { stdout } = await runCli(['eval', '--dry-run', '--json', ...flags], { cwd: project.dir });
      return (JSON.parse(stdout) as { usd: number }[])[0]?.usd ?? Number.NaN;
    };
    expect(await plan('--batch')).toBeCloseTo((await plan()) / 2, 9);
  });
});

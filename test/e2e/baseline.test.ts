import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type RunSummary, runSummarySchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import type { Call } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// A prompt is blessed, and then it changes: real processes, real files, a real repository and a real server.

const BASELINE = 'evals/reply.baseline.json';

interface Setting {
  readonly cases?: number;
  readonly suite?: object;
  readonly gates?: readonly object[];
  readonly thresholds?: object;
  /** What the server says to a call; until it is changed, `ok`. */
  readonly config?: object;
}

/** A project whose cases ask the server; a case passes when the answer has `ok`. `answer` can be changed between runs. */
async function setUp(setting: Setting = {}) {
  const { cases = 20, suite = {}, gates = [{ metric: 'pass', maxDrop: 0.05 }], thresholds = {}, config = {} } = setting;
  let answer: (number: number, call: Call, time: number) => string = () => 'ok';
  const asked = new Map<number, number>();
  const server = await startModelServer({
    respond: (call) => {
      const number = Number(/\d+/.exec(call.lastUserText)?.[0]);
      const time = (asked.get(number) ?? 0) + 1;
      asked.set(number, time);
      return {
        kind: 'text',
        text: answer(number, call, time),
        usage: { inputTokens: 1_000_000, outputTokens: 0 },
      };
    },
  });
  afterThisTest(() => server.close());
  const suiteFile = (changes: object = {}) => ({
    prompt: 'reply',
    metrics: [{ metric: 'contains', value: 'ok' }],
    cases: Array.from({ length: cases }, (_, index) => ({
      id: `c${index + 1}`,
      vars: { ticket: `ticket ${index + 1}` },
      tags: index < 5 ? ['first'] : [],
    })),
    ...suite,
    ...changes,
  });
  const project = await makeProject({
    'llmci.yaml': {
      providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY' } },
      prices: { 'fake/model-1': { input: 1, output: 1 } },
      ...config,
    },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates, ...thresholds },
    'evals/reply.eval.yaml': suiteFile(),
  });
  const llmci = (...args: string[]) => runCli(args, { cwd: project.dir, env: { FAKE_KEY: 'a-key-of-no-known-shape' } });
  const evaluate = async (...args: string[]) => {
    asked.clear();
    const result = await llmci('eval', '--no-cache', ...args);
    const runs = (await project.list()).filter((path) => path.endsWith('/run.json'));
    const summary: RunSummary = runSummarySchema.parse(await project.readJson(runs.at(-1) ?? 'no run'));
    return { ...result, summary, gate: summary.gates[0] };
  };
  return {
    server,
    project,
    llmci,
    evaluate,
    suiteFile,
    answerWith: (change: typeof answer) => {
      answer = change;
    },
    /** A run of answers that are all right becomes the baseline. */
    bless: async () => {
      const first = await evaluate();
      const blessed = await llmci('bless', '--force');
      expect([blessed.code, blessed.stderr]).toEqual([0, '']);
      return first.summary.runId;
    },
  };
}

const wrongUpTo = (last: number) => (number: number) => (number <= last ? 'no' : 'ok');

describe('cases that went away', () => {
  const cases = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      id: `c${from + index}`,
      vars: { ticket: `ticket ${from + index}` },
      tags: from + index <= 5 ? ['first'] : [],
    }));

  it('are an error of the gate when they are many, and named', async () => {
    const { bless, evaluate, project, suiteFile } = await setUp();
    await bless();
    await project.write('evals/reply.eval.yaml', suiteFile({ cases: cases(1, 5) }));
    const { code, gate, summary } = await evaluate();
    expect([code, gate?.verdict]).toEqual([3, 'error']);
    expect(gate?.message).toContain('`coverage` asks for 0.8');
    expect(summary.notes.join('\n')).toContain(
      'Of the 20 cases in the baseline of suite reply 15 are gone (c10, c11, c12, c13, c14, c15, c16, c17, c18, c19 and 5 more).',
    );
  });

  it('are a note in every report when they are few', async () => {
    const { bless, evaluate, project, suiteFile } = await setUp();
    await bless();
    await project.write(
      'evals/reply.eval.yaml',
      suiteFile({ cases: [...cases(1, 17), { id: 'c18', vars: { ticket: 'x' } }] }),
    );
    const { code, summary, stdout } = await evaluate(
      '--reporter',
      'junit=report.xml',
      '--reporter',
      'markdown=report.md',
    );
    const note =
      'Of the 20 cases in the baseline of suite reply 2 are gone (c19, c20), 1 asks something else now (c18).';
    expect([code, summary.notes.join('\n')]).toEqual([0, expect.stringContaining(note)]);
    expect(stdout.replace(/\s+/g, ' ')).toContain(note);
    for (const path of ['report.xml', 'report.md']) expect(await project.read(path)).toContain('c19, c20');
  });

  it('are none when only a filter leaves cases out', async () => {
    const { bless, evaluate } = await setUp();
    await bless();
    for (const filter of [
      ['--tag', 'first'],
      ['--case', 'c1', '--case', 'c2', '--case', 'c3'],
      ['--case', 'c1'],
    ]) {
      const { code, summary } = await evaluate(...filter);
      expect([code, summary.notes.join('\n').includes('gone')]).toEqual([0, false]);
    }
  });
});

describe('bless', () => {
  it('writes the scores of the run beside the suite, the same bytes each time', async () => {
    const { evaluate, llmci, project } = await setUp({ cases: 3 });
    const { summary, code } = await evaluate();
    expect(code).toBe(3);
    const { stdout } = await llmci('bless');
    expect(stdout.slice(stdout.indexOf('\n') + 1)).toBe(
      `${BASELINE}  reply on fake/model-1: 3 samples\nBlessed run ${summary.runId}. Commit these files: later runs are compared with them.\n`,
    );
    const text = await project.read(BASELINE);
    expect(text.match(/^ {8}"c\d": .*"pass":\[1\]/gm)).toHaveLength(3);
    expect(text).not.toContain('ticket');
    await llmci('bless', summary.runId);
    expect(await project.read(BASELINE)).toBe(text);
  });

  it.each([
    ['a sample ended in an error', [], 'no answer', '20 samples ended in an error'],
    ['it judged some cases', ['--tag', 'first'], 'ok', 'it judged only some of the cases (--tag, --case)'],
    ['it stopped at the first failure', ['--fail-fast', '--concurrency', '1'], 'wrong', 'only '],
  ])('refuses a run of which %s', async (_, args, kind, why) => {
    const { evaluate, llmci, project, answerWith, server } = await setUp();
    if (kind === 'no answer') await server.close();
    if (kind === 'wrong') answerWith(() => 'no');
    await evaluate(...args, '--timeout', '2s');
    const { code, stderr } = await llmci('bless');
    expect(code).toBe(3);
    expect(stderr).toContain(`cannot be a baseline: ${why}`);
    expect(await project.list()).not.toContain(BASELINE);
  });

  it('refuses a run that does not exist', async () => {
    const { llmci } = await setUp();
    expect((await llmci('bless', 'nothing')).code).toBe(2);
  });
});

describe('a run against its baseline', () => {
  it.each([
    [0, 0, 'pass', 'no change'],
    [1, 0, 'pass', '0.05 lower'],
    [3, 3, 'inconclusive', 'missed by no more than noise explains'],
    [12, 1, 'fail', 'missed, and noise does not explain it'],
  ] as const)('of which %i of 20 answers are wrong now: exit %i', async (wrong, code, verdict, said) => {
    const { bless, evaluate, answerWith } = await setUp();
    await bless();
    answerWith(wrongUpTo(wrong));
    const result = await evaluate();
    expect([result.code, result.gate?.verdict]).toEqual([code, verdict]);
    expect(result.gate?.message).toContain(said);
    expect(result.gate).toMatchObject({ baseline: 1, actual: 1 - wrong / 20, n: 20 });
    if (code !== 0) expect(result.stdout).toContain('pass rate');
  });

  it('that claims to be better has to be', async () => {
    const { bless, evaluate, answerWith } = await setUp({ gates: [{ improve: { metric: 'pass', by: 0.1 } }] });
    answerWith(wrongUpTo(12));
    await bless();
    expect((await evaluate()).code).toBe(3);
    answerWith(() => 'ok');
    const better = await evaluate();
    expect([better.code, better.gate?.change]).toEqual([0, 0.6]);
    answerWith(wrongUpTo(19));
    expect((await evaluate()).gate?.verdict).toBe('fail');
  });

  it('on another model is compared with the one of the baseline', async () => {
    const { bless, evaluate } = await setUp();
    await bless();
    expect(await evaluate('--model', 'fake/model-2')).toMatchObject({ code: 0, gate: { model: 'fake/model-2' } });
  });

  it('shares one chance of a false alarm among the gates of a file, unless told otherwise', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const metrics = ids.map((id) => ({ metric: 'contains', id, value: id }));
    const gates = ids.map((metric) => ({ metric, maxDrop: 0.05 }));
    const { bless, evaluate, answerWith, project } = await setUp({ suite: { metrics }, gates });
    answerWith(() => ids.join(' '));
    await bless();
    // The first metric fails in six of twenty cases: proven for one gate alone, not for the first among six
    answerWith((number) => (number <= 6 ? 'b c d e f' : ids.join(' ')));
    const shared = await evaluate();
    expect([shared.code, shared.gate?.verdict]).toEqual([3, 'inconclusive']);
    expect(shared.gate?.message).toContain('shared with 5 other gates');
    await project.write('prompts/reply.thresholds.yaml', { gates, correction: 'none' });
    expect((await evaluate()).code).toBe(1);
  });
});

describe('what cannot be compared is an error, never a pass', () => {
  it('no baseline', async () => {
    const { evaluate } = await setUp();
    const { code, gate, stdout } = await evaluate();
    expect([code, gate?.verdict]).toEqual([3, 'error']);
    expect(gate?.message).toBe(`there is no baseline ${BASELINE}; make one of a good run with: llmci bless`);
    expect(stdout).toContain('make one of a good run with: llmci');
  });

  it('a metric that was another one then', async () => {
    const { bless, evaluate, project, suiteFile } = await setUp();
    await bless();
    await project.write('evals/reply.eval.yaml', suiteFile({ metrics: [{ metric: 'contains', value: 'k' }] }));
    const { code, gate } = await evaluate();
    expect([code, gate?.verdict]).toEqual([3, 'error']);
    expect(gate?.message).toBe(
      'pass was another metric when the baseline was made (its parameters or marks have changed); make it anew with: llmci bless',
    );
  });

  it('the same metrics in another order are the same', async () => {
    const metrics = [
      { metric: 'contains', value: 'ok' },
      { metric: 'regex', pattern: 'k' },
    ];
    const { bless, evaluate, project, suiteFile } = await setUp({ suite: { metrics } });
    await bless();
    await project.write('evals/reply.eval.yaml', suiteFile({ metrics: metrics.toReversed() }));
    expect((await evaluate()).code).toBe(0);
  });

  it('another dataset; one that is half the same is compared, and the rest is named', async () => {
    const gates = [{ metric: 'pass', maxDrop: 0.05, coverage: '50%' }];
    const { bless, evaluate, project, suiteFile } = await setUp({ cases: 4, gates });
    await bless();
    const renamed = (from: number) =>
      suiteFile({
        cases: [1, 2, 3, 4].map((number) => ({
          id: number < from ? `c${number}` : `new-${number}`,
          vars: { ticket: `ticket ${number}` },
        })),
      });
    await project.write('evals/reply.eval.yaml', renamed(1));
    const none = await evaluate();
    expect([none.code, none.gate?.message]).toEqual([
      3,
      'the baseline is of another dataset: it has 0 of the 4 cases judged here; make it anew with: llmci bless',
    ]);
    await project.write('evals/reply.eval.yaml', renamed(3));
    const half = await evaluate();
    expect([half.code, half.gate?.verdict]).toEqual([0, 'pass']);
    expect(half.gate?.message).toContain('Not compared: new-3, new-4 are new; c3, c4 are gone');
  });

  it('cases that ask something else now', async () => {
    const { bless, evaluate, project, suiteFile } = await setUp({ cases: 2 });
    await bless();
    const cases = [1, 2].map((number) => ({ id: `c${number}`, vars: { ticket: `another ${number}` } }));
    await project.write('evals/reply.eval.yaml', suiteFile({ cases }));
    expect((await evaluate()).gate?.message).toContain('it has 0 of the 2 cases judged here');
  });

  it('a baseline without a score', async () => {
    const { bless, evaluate, project } = await setUp({ cases: 2 });
    await bless();
    await project.write(BASELINE, (await project.read(BASELINE)).replaceAll('"pass":[1]', '"pass":[null]'));
    expect(await evaluate()).toMatchObject({ code: 3, gate: { verdict: 'error' } });
  });

  it('a baseline that is broken: nothing is sent', async () => {
    const { bless, llmci, project, server } = await setUp({ cases: 2 });
    await bless();
    await project.write(BASELINE, '{ "baseline": 1');
    const before = server.calls.length;
    const { code, stderr } = await llmci('eval', '--no-cache');
    expect(code).toBe(3);
    expect(stderr).toContain(`the baseline ${BASELINE} cannot be read`);
    expect(stderr).toContain('llmci bless');
    expect(server.calls.length).toBe(before);
  });
});

describe('--baseline', () => {
  it('git:REF is the file as it is on a branch', async () => {
    const { bless, evaluate, answerWith, project } = await setUp();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: project.dir,
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'main');
    await bless();
    git('add', BASELINE);
    git('commit', '-q', '-m', 'bless');
    answerWith(wrongUpTo(12));
    await bless();
    expect((await evaluate()).code).toBe(0);
    const against = await evaluate('--baseline', 'git:main');
    expect([against.code, against.gate?.baseline]).toEqual([1, 1]);
    const nowhere = await evaluate('--baseline', 'git:nowhere');
    expect(nowhere.code).toBe(3);
    expect(nowhere.stderr).toContain('git knows no such commit here; in CI, fetch it first');
  });

  it('a run, or a file', async () => {
    const { bless, evaluate, answerWith, project } = await setUp();
    const good = await bless();
    await project.write('old.baseline.json', await project.read(BASELINE));
    answerWith(wrongUpTo(12));
    await bless();
    expect((await evaluate()).code).toBe(0);
    expect((await evaluate('--baseline', good)).code).toBe(1);
    expect((await evaluate('--baseline', 'old.baseline.json')).code).toBe(1);
    const nothing = await evaluate('--baseline', 'no-such-run');
    expect(nothing.code).toBe(2);
  });
});

describe('adaptive trials', () => {
  const trials = { trials: { min: 1, max: 5 } };
  const note = /Adaptive trials: (\d+) of (\d+) calls at most; (\d+) saved\./;

  it('stop at the first look when the gates have decided, and say what that saved', async () => {
    const { evaluate, server } = await setUp({ suite: trials, gates: [{ metric: 'pass', min: 0.9 }] });
    const { code, summary } = await evaluate();
    expect([code, summary.samples, server.calls.length]).toEqual([0, { planned: 20, finished: 20, errors: 0 }, 20]);
    expect(summary.notes).toContain('Adaptive trials: 20 of 100 calls at most; 80 saved.');
  });

  it('go on while a gate is inconclusive, for all that they may, and tell of the looks', async () => {
    const { evaluate, answerWith, server } = await setUp({ suite: trials, gates: [{ metric: 'pass', min: 0.9 }] });
    answerWith(wrongUpTo(3));
    const { code, summary, gate } = await evaluate();
    expect([code, server.calls.length, gate?.n]).toEqual([3, 100, 100]);
    expect(summary.notes.join('\n')).toMatch(note);
    expect(gate?.message).toContain('valid at each of 5 looks');
  });

  it('decide on the way: right with a probability, some calls are saved', async () => {
    const { evaluate, answerWith } = await setUp({ cases: 40, suite: trials, gates: [{ metric: 'pass', min: 0.8 }] });
    // The first answers are worse than the model is: the first look is open, a later one is not
    answerWith((number, _, time) => (time === 1 && number <= 10 ? 'no' : 'ok'));
    const { code, summary } = await evaluate();
    const [, made, most, saved] = note.exec(summary.notes.join('\n')) ?? [];
    expect([code, made, most, saved]).toEqual([0, '80', '200', '120']);
  });

  it('only for the cases of the gate that is open', async () => {
    const { evaluate, answerWith, server } = await setUp({
      suite: trials,
      gates: [
        { metric: 'pass', min: 0.5 },
        { metric: 'pass', min: 0.9, where: { tags: ['first'] } },
      ],
    });
    answerWith(wrongUpTo(1));
    await evaluate();
    expect(server.calls.length).toBe(20 + 4 * 5);
  });

  it('end with the budget, in order: the gates judge what there is', async () => {
    const { evaluate, answerWith } = await setUp({
      suite: trials,
      gates: [{ metric: 'pass', min: 0.9 }],
      config: { budget: { usd: 30 } },
    });
    answerWith(wrongUpTo(3));
    // A call costs $1
    const { code, summary, gate } = await evaluate('--concurrency', '1');
    expect(summary.samples.errors).toBe(0);
    expect(summary.samples.planned).toBe(summary.samples.finished);
    expect(summary.samples.finished).toBeGreaterThan(20);
    expect(summary.samples.finished).toBeLessThanOrEqual(31);
    expect(summary.notes.join('\n')).toContain('The budget ended the further trials.');
    expect([code, gate?.verdict, gate?.missing]).toEqual([3, 'inconclusive', 0]);
  });

  it('against a baseline: a change is looked at again and again, a blessed run of other trials will do', async () => {
    const { bless, evaluate, answerWith } = await setUp({ suite: trials });
    await bless();
    answerWith((number, _, time) => (number <= 3 && time === 1 ? 'no' : 'ok'));
    const { code, gate, summary } = await evaluate();
    expect(code).toBe(0);
    expect(gate?.message).toContain('by gains and losses (Newcombe)');
    expect(summary.samples.finished).toBeGreaterThan(20);
    expect(summary.samples.finished).toBeLessThan(100);
  });
});

import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { type CliInput, runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// A bot that is wrong on the first questions, as many as WRONG says.

const BOT = `
read -r asked
number=\${asked##*question }
if [ "\${number%%[!0-9]*}" -ge "\${WRONG:-0}" ]; then echo '{"text":"yes"}'; else echo '{"text":"no"}'; fi
`;

interface Given {
  readonly cases?: number;
  readonly suite?: object;
  readonly gates?: readonly object[];
  readonly provider?: object;
}

async function projectOf({ cases = 20, suite = {}, gates = [], provider = {} }: Given = {}): Promise<Project> {
  return makeProject({
    'llmci.yaml': { providers: { bot: { type: 'exec', command: ['sh', 'bot.sh'], env: ['WRONG'], ...provider } } },
    'bot.sh': BOT,
    'prompts/a.prompt.yaml': { model: 'bot/x', messages: [{ role: 'user', content: '{{ q }}' }] },
    'prompts/a.thresholds.yaml': {
      gates: [{ metric: 'pass', min: 0.5 }, { metric: 'pass', maxDrop: 0.05 }, ...gates],
    },
    'evals/a.eval.yaml': {
      prompt: 'a',
      metrics: [{ metric: 'contains', value: 'yes' }, { metric: 'latency' }],
      cases: Array.from({ length: cases }, (_, index) => ({ id: `c${index}`, vars: { q: `question ${index}` } })),
      ...suite,
    },
  });
}

const llmci = (project: Project, args: readonly string[], options: CliInput = {}) =>
  runCli(args, { cwd: project.dir, ...options });

describe('llmci plan', () => {
  it('tells calls, cost, time and what gates see, and sends nothing', async () => {
    const project = await projectOf({ provider: { requestsPerMinute: 10 } });
    const { code, stdout, stderr } = await llmci(project, ['plan']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "a  a on bot/x: 20 cases x 1 trial = 20 samples (20 live, 10,140 tokens, cost unknown: no price for this model), 2 gates
      20 live calls, at a cost that is not known. Nothing was sent. Prices: @pydantic/genai-prices 0.1.8, as of 2026-09-23; those in llmci.yaml go before.
      Time: at least 1m 54s at the configured rates; how long a call takes is not known (no baseline has scores of \`latency\`).

      What the gates will see
          gate                                            cases  trials  fails 4 of 5 times at  sees its margin  needs
        a · bot/x
          pass rate ≥ 0.5                                    20       1  0.201
          pass rate at most 0.05 lower than the baseline     20       1  0.431 lower            no               1,300 cases
            noise: assumed: a rate of 0.5, and which answers pass is chance
      "
    `);
    expect((await project.list()).filter((path) => path.startsWith('.llmci'))).toEqual([]);
  });

  it('takes noise and latency from the baseline', async () => {
    const project = await projectOf({ gates: [{ metric: 'latency', stat: 'p95', maxDrop: '50%' }] });
    expect((await llmci(project, ['eval', '--no-cache'], { env: { WRONG: '4' } })).code).toBe(3);
    expect((await llmci(project, ['bless'])).code).toBe(0);
    const { code, stdout } = await llmci(project, ['plan', '--json', '--no-cache']);
    expect(code).toBe(0);
    const { columns, time, gates } = JSON.parse(stdout);
    expect(columns).toMatchObject([{ suite: 'a', cases: 20, trials: 1, live: 20, judgeCalls: 0 }]);
    expect(time.ms).toBeGreaterThan(0);
    const noise = '20 cases of the baseline with one trial each, all of whose spread is taken for chance';
    expect(gates).toMatchObject([
      { gate: 'pass rate ≥ 0.5', seesMargin: null, casesNeeded: null, noise },
      {
        gate: 'pass rate at most 0.05 lower than the baseline',
        cases: 20,
        trials: 1,
        seesMargin: false,
        trialsNeeded: null,
        noise,
      },
      {
        gate: 'latency p95 at most 50% slower than the baseline',
        failsAt: null,
        seesMargin: null,
        noise: 'nothing is known for p95',
      },
    ]);
    expect(gates[1].casesNeeded).toBeGreaterThan(200);
    expect(gates[1].failsAt).toBeLessThan(-0.2);
  });

  it('names cases of the baseline that are gone, and gates that too few are left for', async () => {
    const project = await projectOf();
    await llmci(project, ['eval', '--no-cache']);
    await llmci(project, ['bless', '--force']);
    const suite = await project.read('evals/a.eval.yaml');
    const notesWith = async (text: string, flags: readonly string[] = []) => {
      await project.write('evals/a.eval.yaml', text);
      const { stdout } = await llmci(project, ['plan', '--json', ...flags]);
      return (JSON.parse(stdout) as { readonly notes: readonly string[] }).notes;
    };
    expect(await notesWith(suite)).toEqual([]);
    expect(await notesWith(suite, ['--case', 'c1'])).toEqual([]);
    const changed = (count: number) => suite.replaceAll(/question (\d+)/g, (q, n) => (Number(n) < count ? `${q}?` : q));
    const asks =
      'Of the 20 cases in the baseline of suite a 4 ask something else now (c0, c1, c2, c3). No gate compares them.';
    expect(await notesWith(changed(4))).toEqual([asks]);
    const notes = await notesWith(changed(4).replace('id: c19', 'id: other'));
    expect(notes).toEqual([
      'Of the 20 cases in the baseline of suite a 1 is gone (c19), 4 ask something else now (c0, c1, c2, c3). No gate compares them.',
      'Gate pass rate at most 0.05 lower than the baseline of a on bot/x will be an error: of the cases of the baseline 0.75 are still here and ask the same, and `coverage` asks for 0.8.',
    ]);
    expect((await llmci(project, ['plan'])).stdout).toMatch(
      /\n\n[^\n]*is gone \(c19\).*\n\nGate pass rate at most .*\n$/,
    );
    expect((await llmci(project, ['eval'])).stdout).toMatch(/0\.75 are still here and ask the same/);
  });

  it('ends with 2 for files and flags that are wrong', async () => {
    const project = await projectOf({ suite: { trails: 3 } });
    expect((await llmci(project, ['plan'])).code).toBe(2);
    expect((await llmci(project, ['plan', '--trials', 'many'])).code).toBe(2);
    expect((await llmci(await projectOf(), ['plan', 'b'])).code).toBe(2);
  });
});

describe('llmci eval', () => {
  it('says once which gates cannot see their own margin, and what would decide an inconclusive one', async () => {
    const project = await projectOf({
      gates: [
        { metric: 'pass', maxDrop: 0.5 },
        { improve: { metric: 'pass', by: 0.01 }, level: 'warn' },
      ],
    });
    await llmci(project, ['eval', '--no-cache'], { env: { WRONG: '4' } });
    await llmci(project, ['bless']);
    const noteAfter = async (wrong: string) => {
      await llmci(project, ['eval', '--no-cache', '--reporter', 'json=run.json'], { env: { WRONG: wrong } });
      const { notes, gates } = runRecordSchema.parse(await project.readJson('run.json'));
      return { gates, notes: notes.filter((note) => note.includes('margin')) };
    };
    const { notes } = await noteAfter('4');
    expect(notes).toMatchInlineSnapshot(`
      [
        "2 gates cannot see their own margin. The first, pass rate at most 0.05 lower than the baseline: with 20 cases it fails in 4 of 5 builds when it is 0.49 lower; to fail as often when it is 0.1 lower, twice the margin, it would need about 1,200 (noise: 20 cases of the baseline with one trial each, all of whose spread is taken for chance). See llmci plan.",
      ]
    `);
    // By the noise of the baseline, and so the same whatever this run came to, and the same as in the plan
    const worse = await noteAfter('6');
    expect(worse.notes).toEqual(notes);
    expect((await llmci(project, ['plan', '--no-cache'])).stdout).toMatch(/no +1,200 cases/);
    expect(worse.gates[1]?.verdict).toBe('inconclusive');
    expect(worse.gates[1]?.message).toMatch(
      /\. If it is as it looks, about [\d,]+ cases( or \d+ trials \(here and in the baseline\))? would decide it$/,
    );
  });

  it('lists cases whose trials disagree', async () => {
    const project = await makeProject({
      'prompts/a.prompt.yaml': { model: 'bot/x', messages: [{ role: 'user', content: '{{ q }}' }] },
      'llmci.yaml': { providers: { bot: { type: 'exec', command: ['sh', 'bot.sh'], concurrency: 1 } } },
      'bot.sh': `
read -r asked
echo call >> calls.txt
calls=$(grep -c call calls.txt)
case "$asked $((calls % 2))" in *wobbly*0) echo '{"text":"no"}' ;; *) echo '{"text":"yes"}' ;; esac
`,
      'evals/a.eval.yaml': {
        prompt: 'a',
        trials: 2,
        metrics: [{ metric: 'contains', value: 'yes' }],
        cases: [
          { id: 'firm', vars: { q: 'firm' } },
          { id: 'wobbly', vars: { q: 'wobbly' } },
        ],
        gates: [{ metric: 'pass', min: 0.1 }],
      },
    });
    const { code, stdout } = await llmci(project, ['eval', '--seed', '7', '--reporter', 'json=run.json']);
    expect(code).toBe(0);
    const { flaky, seed } = runRecordSchema.parse(await project.readJson('run.json'));
    expect(seed).toBe(7);
    expect(flaky).toEqual([
      { suite: 'a', prompt: 'a', model: 'bot/x', case: 'wobbly', metric: 'pass', trials: 2, passed: 1, spread: 1 },
    ]);
    expect(stdout).toContain('Flaky cases');
    expect(stdout).toContain('wobbly  pass: 1 of 2 trials');
  });
});

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/core/compare/comparison.js';
import type { GateResult } from '../../src/model/run-record.js';
import { describeActual, describeInterval } from '../../src/reporters/words/words.js';
import { runCli } from '../helpers/cli.js';
import { isWorkflowCommand } from '../helpers/hostile.js';
import { makeProject, type Project } from '../helpers/project.js';
import { hasReferenceData, referencePath } from '../helpers/reference-data.js';

const PROMPT = 'prompts/reply.prompt.yaml';
const promptSaying = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });

/** Twelve cases that the echo answers as the prompt says. */
function files(changes: object = {}) {
  return {
    [PROMPT]: promptSaying('{{ text }}'),
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      cases: Array.from({ length: 12 }, (_, index) => ({
        id: `case-${index + 1}`,
        vars: { text: index < 10 ? `yes ${index}` : 'no', other: index < 1 ? 'yes' : `never ${index}` },
      })),
      metrics: [{ metric: 'contains', value: 'yes' }, { metric: 'length' }],
      gates: [{ metric: 'pass', min: 0.1 }],
      ...changes,
    },
  };
}

/** Evaluates and returns the id of the run. */
async function evaluate(project: Project): Promise<string> {
  const { stdout, stderr } = await runCli(['eval', '--json', '--no-cache'], { cwd: project.dir });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { runId: string }).runId;
}

async function compareAsJson(project: Project, ...args: string[]): Promise<Comparison> {
  const { code, stdout, stderr } = await runCli(['compare', ...args, '--json'], { cwd: project.dir });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Comparison;
}

describe('two runs', () => {
  it('are compared case by case, with both outputs', async () => {
    const project = await makeProject(files());
    const a = await evaluate(project);
    await project.write(PROMPT, promptSaying('{{ other }}'));
    const b = await evaluate(project);
    const { code, stdout } = await runCli(['compare', a, 'latest'], { cwd: project.dir });
    expect(code).toBe(0);
    expect(stdout).toContain(`  A  run ${a}, `);
    expect(stdout).toContain(`  B  latest: run ${b}, `);
    expect(stdout).toContain('reply · echo  the prompt has changed\n');
    expect(stdout).toMatch(/ worse +pass rate +0\.833 +0\.083 +0\.75 lower +0\.\d+ to 0\.\d+ lower +0\.0039 /);
    expect(stdout).toMatch(/case-2 {2}pass 1 → 0\n(.*\n){2} +A +yes 1\n +B +never 1\n/);

    const { columns, tests } = await compareAsJson(project, a, b);
    expect(tests).toBe(2);
    expect(columns[0]?.cases.regressed).toHaveLength(9);
    expect(columns[0]?.cases.regressed[0]?.results?.now?.output?.text).toBe('never 1');
    expect(columns[0]?.now.usage).toMatchObject({ errors: 0, usd: 0 });
  });

  it('read a metric that is turned round (`not`) as what was asked for, in every view of it', async () => {
    // Says no of the texts without a yes: fewer of these, and longer ones, are better
    const metrics = [
      { metric: 'contains', id: 'no-yes', value: 'yes', not: true },
      { metric: 'length', id: 'long', max: 6, not: true },
    ];
    const gates = [{ metric: 'no-yes', stat: 'mean', maxDrop: 0.1, decide: 'point' }];
    const project = await makeProject(files({ metrics, gates }));
    await project.write(PROMPT, promptSaying('{{ other }}'));
    const good = await evaluate(project);
    await runCli(['bless'], { cwd: project.dir });
    await project.write(PROMPT, promptSaying('{{ text }}'));
    const bad = await evaluate(project);
    const { columns } = await compareAsJson(project, good, bad);
    const readings = columns[0]?.metrics.map(({ metric, better, reading }) => [metric, better, reading]);
    expect(readings).toEqual([
      ['pass', 'higher', 'worse'],
      ['no-yes', 'higher', 'worse'],
      ['long', 'higher', 'worse'],
    ]);
    expect(columns[0]?.gates[0]?.now?.verdict).toBe('fail');
  });

  it('are found by folder and as run records, from another folder too', async () => {
    const project = await makeProject(files());
    const id = await evaluate(project);
    await runCli(['report', id, '--reporter', 'json=sub/run.json'], { cwd: project.dir });
    const cwd = project.path('sub');
    const { code, stdout } = await runCli(['compare', 'run.json', `../.llmci/runs/${id}`, '--out', '../.llmci'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/ same +pass rate/);
  });

  it('are compared with baselines in a file and at a commit', async () => {
    const project = await makeProject(files());
    const id = await evaluate(project);
    await runCli(['bless'], { cwd: project.dir });
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: project.dir });
    git('init', '-q', '-b', 'main');
    git('add', 'evals');
    expect(git('commit', '-qm', 'baseline').status).toBe(0);
    await project.write(PROMPT, promptSaying('{{ other }}'));
    await evaluate(project);
    const fromFile = await compareAsJson(project, 'evals/reply.baseline.json', 'latest');
    const fromGit = await compareAsJson(project, 'git:main', 'latest');
    expect(fromFile.before).toMatchObject({ runs: [id], hasOutputs: false });
    expect(fromGit.before).toMatchObject({ runs: [id], hasOutputs: false });
    expect(fromGit.columns).toEqual(fromFile.columns);
    expect(fromFile.columns[0]?.metrics[0]).toMatchObject({ metric: 'pass', before: 10 / 12, now: 1 / 12 });
    expect(fromFile.columns[0]?.cases.regressed[0]?.results).toMatchObject({ before: null, now: { case: 'case-2' } });
  });

  it('with other metrics are not compared in these', async () => {
    const project = await makeProject(files());
    const a = await evaluate(project);
    await project.write('evals/reply.eval.yaml', {
      ...files()['evals/reply.eval.yaml'],
      metrics: [{ metric: 'contains', value: 'no' }, { metric: 'length' }],
    });
    await evaluate(project);
    const { code, stdout } = await runCli(['compare', a, 'latest'], { cwd: project.dir });
    expect(code).toBe(0);
    expect(stdout).toContain('contains is not comparable: its definition differs');
    expect(stdout).toMatch(/\nGates: A 1 of 1 pass, B 1 of 1 pass\. 1 metric compared: [^\n]*1? ?same[^\n]*\n$/);
  });
});

describe('a change that a gate judges', () => {
  it.each([
    ['a bound in percent', { metric: 'pass', maxDrop: '90%', confidence: 0.99 }, 'pass', {}],
    ['a bound as written', { metric: 'pass', maxDrop: 0.7 }, 'pass', {}],
    ['trials as the only noise', { metric: 'pass', maxDrop: 0.05 }, 'pass', { trials: 3, inference: 'suite' }],
    ['a length, not as a share', { metric: 'length', maxDrop: 1 }, 'length', {}],
    ['a length as a share', { metric: 'length', maxDrop: '1%' }, 'length', {}],
  ])('has the same words and the same interval in both: %s', async (_, gate, metric, more: object = {}) => {
    const changes: object = { gates: [gate], ...more };
    const project = await makeProject(files(changes));
    const a = await evaluate(project);
    await runCli(['bless', '--force'], { cwd: project.dir });
    await project.write(PROMPT, promptSaying('{{ other }}'));
    const { stdout } = await runCli(['eval', '--json', '--no-cache'], { cwd: project.dir });
    const [judged] = (JSON.parse(stdout) as { gates: GateResult[] }).gates;
    if (!judged) throw new Error('no gate');
    for (const side of [a, 'evals/reply.baseline.json']) {
      const { columns } = await compareAsJson(project, side, 'latest');
      const row = columns[0]?.metrics.find((each) => each.metric === metric);
      const sign = row?.better === 'lower' ? -1 : 1;
      const ends = [row?.interval?.low, row?.interval?.high].map((end) => (end == null ? null : sign * end));
      expect(sign === 1 ? ends : ends.reverse()).toEqual([judged.interval?.low, judged.interval?.high]);
      expect(sign * (row?.relative ?? row?.difference ?? 0)).toBeCloseTo(judged.change ?? Number.NaN, 12);
      expect(columns[0]?.gates[0]?.now).toEqual(judged);
      const words = [describeActual(judged), describeInterval(judged)];
      expect(judged.message).toContain(words[0]);
      const text = await runCli(['compare', side, 'latest'], { cwd: project.dir });
      for (const word of words) expect(text.stdout.replaceAll(/ +/g, ' ')).toContain(word);
      expect(text.stdout).toMatch(/\nGates: (A \d of 1 pass( \(1 error\))?, )?B \d of 1 pass/);
    }
  });
});

describe('prompts', () => {
  const variant = (prompt: string) => ({ ...files()['evals/reply.eval.yaml'], prompt });
  const twoSuites = {
    ...files(),
    'prompts/brief.prompt.yaml': promptSaying('{{ other }}'),
    'evals/short.eval.yaml': variant('brief'),
    'evals/apart.eval.yaml': { ...variant('brief'), cases: [{ id: 'x', vars: { text: 'yes', other: 'yes' } }] },
  };

  it('that two suites run on the same cases are compared, and those of other cases are not', async () => {
    const project = await makeProject(twoSuites);
    await evaluate(project);
    const { columns, alone } = await compareAsJson(project, 'latest', '--by', 'prompt');
    expect(columns.map(({ before, now }) => [before.suite, now.suite])).toEqual([['reply', 'short']]);
    expect(columns[0]?.cases.regressed[0]?.results).toMatchObject({
      before: { suite: 'reply' },
      now: { suite: 'short' },
    });
    expect(columns[0]?.gates.map(({ before, now }) => [before?.suite, now?.suite])).toEqual([['reply', 'short']]);
    expect(alone).toMatchObject([{ column: 'apart: brief on echo' }]);
    const { stdout } = await runCli(['compare', 'latest', '--by', 'prompt'], { cwd: project.dir });
    expect(stdout).toContain('A reply · B short · A reply · B brief · echo  two prompts');
    expect(stdout).toMatch(/user message 1 +edited\n +\{\{ \[-text-\]\{\+other\+\} \}\}/);
  });

  it('that have changed are shown word by word, in every view, while the run of a baseline is kept', async () => {
    const project = await makeProject(files());
    await evaluate(project);
    await runCli(['bless'], { cwd: project.dir });
    await project.write(PROMPT, promptSaying('{{ other }}'));
    await evaluate(project);
    const compare = (...args: string[]) =>
      runCli(['compare', 'evals/reply.baseline.json', 'latest', ...args], { cwd: project.dir });
    expect((await compare()).stdout).toMatch(/user message 1 +edited\n +\{\{ \[-text-\]\{\+other\+\} \}\}/);
    expect((await compare('--markdown')).stdout).toContain('{{ [-text-]{+other+} }}');
    await compare('--html', 'page.html');
    expect(await readFile(project.path('page.html'), 'utf8')).toContain('<del>text</del><ins>other</ins>');
    await runCli(['runs', 'prune', '--keep', '1'], { cwd: project.dir });
    expect((await compare()).stdout).toContain('what the prompt of A said is not kept');
  });
});

it('prints Markdown that a model cannot break out of', async () => {
  const project = await makeProject({
    'bot.mjs': BOT,
    'llmci.yaml': { providers: { bot: { type: 'exec', command: ['node', 'bot.mjs'] } } },
    ...files({ models: ['bot/good', 'bot/bad'] }),
  });
  await evaluate(project);
  const { code, stdout } = await runCli(['compare', 'latest', '--by', 'model', '--markdown'], { cwd: project.dir });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\*\*Gates: A 1 of 1 pass, B \d of 1 pass.*\. \d metrics compared/);
  expect(stdout).toContain('| gate | A | B |');
  expect(stdout.split('\n').filter(isWorkflowCommand)).toEqual([]);
  const outside = stdout.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
  expect(outside).not.toMatch(/<script|onload|\u001b/);
  expect((await runCli(['compare', 'latest', 'x', '--markdown', '--json'], { cwd: project.dir })).code).toBe(2);
});

describe('exit codes', () => {
  it('3 when nothing could be compared, with what there is', async () => {
    const project = await makeProject(files());
    const a = await evaluate(project);
    await project.write('evals/other.eval.yaml', files()['evals/reply.eval.yaml']);
    await runCli(['eval', 'other'], { cwd: project.dir });
    const { code, stdout, stderr } = await runCli(['compare', a, 'latest'], { cwd: project.dir });
    expect(code).toBe(3);
    expect(stdout).toContain('Without a partner');
    expect(stderr).toContain('error: nothing could be compared: A has no suite other (it has reply)\n');
  });

  it.each([
    [['compare'], "missing required argument 'a'"],
    [['compare', 'x'], 'name two runs or baselines'],
    [['compare', 'x', 'y', '--by', 'model'], 'name one run, or leave --by out'],
    [['compare', 'x', '--by', 'colour'], 'Allowed choices are model'],
    [['compare', 'x', 'y'], 'there is no run x'],
    [['compare', 'x.baseline.json', 'y'], 'there is no run'],
  ])('2 for %j', async (args, message) => {
    const project = await makeProject(files());
    const { code, stderr } = await runCli(args, { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('3 for a commit that git does not know', async () => {
    const project = await makeProject(files());
    spawnSync('git', ['init', '-q'], { cwd: project.dir });
    const { code, stderr } = await runCli(['compare', 'git:nowhere', 'git:--help'], { cwd: project.dir });
    expect([code, stderr]).toEqual([3, expect.stringContaining('git knows no such commit here')]);
  });
});

const BOT = `let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', () => {
  const { model } = JSON.parse(input);
  const hostile = '<script>alert(1)</script>" onload="x" \\u001b[2J\\n::error::x\\n##[add-path]/tmp \\u202e';
  process.stdout.write(JSON.stringify({ text: model === 'good' ? 'yes' : hostile }));
});
`;

it('models of one run are compared with the first, and hostile output does nothing', async () => {
  const project = await makeProject({
    ...files({ models: ['bot/good', 'bot/bad', 'bot/worse'], cases: [{ id: '<b>&', vars: { text: '<i>x</i>' } }] }),
    'bot.mjs': BOT,
    'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
  });
  await evaluate(project);
  const { code, stdout } = await runCli(['compare', 'latest', '--by', 'model', '--html', 'out/page.html'], {
    cwd: project.dir,
  });
  expect(code).toBe(0);
  expect(stdout).toContain('reply · A bot/good · B bot/bad  same prompt\n');
  expect(stdout).toContain('reply · A bot/good · B bot/worse  same prompt\n');
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
  expect(stdout.split('\n').filter(isWorkflowCommand)).toEqual([]);

  const page = await project.read('out/page.html');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x&quot;');
  expect(page).toContain('<b>&lt;b&gt;&amp;</b>');
  expect(page).not.toMatch(/<script|<i>|<b>&<|[\u001b\u202e]/);
});

// Real input: what two models answered to the 1,319 questions of GSM8K (Cobbe et al. 2021; openai/grade-school-math, MIT)
const data = referencePath('gsm8k-example_model_solutions.jsonl');

it.skipIf(!hasReferenceData)(
  '6b_verification and 175b_finetuning on GSM8K have the known difference and error',
  async () => {
    const lines = await readFile(data, 'utf8');
    const project = await makeProject({
      [PROMPT]: promptSaying('{{ small }}'),
      'fixtures/gsm8k.jsonl': lines,
      'evals/gsm8k.eval.yaml': {
        prompt: 'reply',
        dataset: {
          path: '../fixtures/gsm8k.jsonl',
          vars: { small: '6b_verification.solution', large: '175b_finetuning.solution' },
          expected: 'ground_truth',
        },
        metrics: [{ metric: 'numeric' }],
        gates: [{ metric: 'pass', min: 0.1 }],
      },
    });
    const a = await evaluate(project);
    await project.write(PROMPT, promptSaying('{{ large }}'));
    const b = await evaluate(project);
    const { columns } = await compareAsJson(project, a, b);
    const [metric] = columns[0]?.metrics ?? [];
    // From the data set's own word on each answer: 515 and 458 right, 209 in the first alone and 152 in the second alone
    type Row = Readonly<Record<string, { readonly is_correct: boolean }>>;
    const rows = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    const differences = rows.map(
      (row) => Number(row['175b_finetuning']?.is_correct) - Number(row['6b_verification']?.is_correct),
    );
    const mean = differences.reduce((sum, value) => sum + value, 0) / rows.length;
    const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(metric).toMatchObject({ metric: 'pass', before: 515 / 1319, now: 458 / 1319, n: 1319 });
    expect(metric).toMatchObject({ improved: 152, regressed: 209, reading: 'worse' });
    expect(metric?.difference).toBeCloseTo(mean, 12);
    expect(metric?.standardError?.paired).toBeCloseTo(Math.sqrt(squares / (1319 * 1318)), 12);
    expect(metric?.standardError?.paired).toBeCloseTo(0.0144, 4);
    expect(metric?.standardError?.unpaired).toBeCloseTo(0.0188, 4);

    const { stdout } = await runCli(['compare', a, b], { cwd: project.dir });
    expect(stdout).toContain(
      'Standard error of the pass difference: 0.0144 from the pairs; unpaired it would be 0.0188.\n',
    );
  },
);

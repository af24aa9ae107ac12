import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { hasReferenceData, referencePath } from '../helpers/reference-data.js';
import { makeRepository } from '../helpers/repository.js';

// Real input: what four models answered to the 1,319 questions of GSM8K, with the data set's own word on each answer
// (Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems"; openai/grade-school-math, MIT).

const data = referencePath('gsm8k-example_model_solutions.jsonl');

const MODELS = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'] as const;
type Row = Readonly<Record<(typeof MODELS)[number], { readonly is_correct: boolean }>>;

/** One suite a model: each echoes that model's answers, which the numeric metric then scores. */
async function makeGsm8k() {
  const lines = await readFile(data, 'utf8');
  const suites = MODELS.map((model) => [
    `evals/${model}.eval.yaml`,
    {
      prompt: 'solution',
      dataset: {
        path: '../fixtures/gsm8k.jsonl',
        vars: { solution: `${model}.solution` },
        expected: 'ground_truth',
      },
      metrics: [{ metric: 'numeric' }],
    },
  ]);
  const project = await makeProject({
    'prompts/solution.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ solution }}' }] },
    'prompts/solution.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.5 }] },
    'fixtures/gsm8k.jsonl': lines,
    ...Object.fromEntries(suites),
  });
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  return { project, rows };
}

describe.skipIf(!hasReferenceData)('the answers of four models to GSM8K', () => {
  it('are all judged as the data set judges them', async () => {
    const { project, rows } = await makeGsm8k();
    const { code, stdout } = await runCli(['eval', '--json'], { cwd: project.dir });
    const { results, gates } = runRecordSchema.parse(JSON.parse(stdout));
    expect(results.length).toBe(5276);

    const judged = results.map(({ suite, case: id, scores }) => [suite, id, scores[0]?.value]);
    const known = [...MODELS]
      .sort()
      .flatMap((model) => rows.map((row, index) => [model, `row-${index + 1}`, Number(row[model].is_correct)]));
    expect(judged).toEqual(known);

    expect(gates.map(({ suite, verdict, actual }) => [suite, verdict, actual])).toEqual([
      ['175b_finetuning', 'fail', 458 / 1319],
      ['175b_verification', 'pass', 742 / 1319],
      ['6b_finetuning', 'fail', 286 / 1319],
      ['6b_verification', 'fail', 515 / 1319],
    ]);
    expect(code).toBe(1);
  });

  it('pass the gate for the best model and fail it for the worst', async () => {
    const { project } = await makeGsm8k();
    const best = await runCli(['eval', '175b_verification'], { cwd: project.dir });
    expect(best.stdout).toMatch(/✓ pass +pass rate ≥ 0\.5 +0\.56/);
    expect(best.code).toBe(0);
    const worst = await runCli(['eval', '6b_finetuning'], { cwd: project.dir });
    expect(worst.stdout).toContain('286 of 1,319 samples passed');
    expect(worst.code).toBe(1);
  });

  it('are told apart by a proof: 742 of 1,319 prove a half, not 0.56', async () => {
    const { project } = await makeGsm8k();
    const gate = (min: number) => ({ gates: [{ metric: 'pass', min, decide: 'proof' }] });
    await project.write('prompts/solution.thresholds.yaml', gate(0.5));
    expect((await runCli(['eval', '175b_verification'], { cwd: project.dir })).code).toBe(0);
    await project.write('prompts/solution.thresholds.yaml', gate(0.56));
    expect((await runCli(['eval', '175b_verification'], { cwd: project.dir })).code).toBe(3);
  });

  it('are compared as docs/guide/compare.md shows it, figure by figure', async () => {
    const rows = (await readFile(data, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, { readonly solution: string }>>);
    const prompt = (of: string) => ({ model: 'my-bot/chat', messages: [{ role: 'user', content: `{{ ${of} }}` }] });
    const project = await makeRepository({
      '.gitignore': '.llmci/\n',
      'llmci.yaml': { providers: { 'my-bot': { type: 'echo' } } },
      'prompts/solution.prompt.yaml': prompt('before'),
      'evals/gsm8k.eval.yaml': {
        prompt: 'solution',
        dataset: 'rows.jsonl',
        metrics: [{ metric: 'numeric' }, { metric: 'length' }],
      },
      'evals/rows.jsonl': rows.map((row) => ({
        before: row['6b_verification']?.solution,
        now: row['175b_finetuning']?.solution,
        expected: row['ground_truth'],
      })),
    });
    const run = async (...args: readonly string[]) => (await runCli([...args], { cwd: project.dir })).stdout;
    await run('eval', '--allow-no-gates');
    const [first = ''] = (await run('bless', '--force')).match(RUN) ?? [];
    await project.write('prompts/solution.prompt.yaml', prompt('now'));
    await project.write('prompts/solution.thresholds.yaml', { gates: [{ metric: 'pass', maxDrop: 0.01 }] });
    project.commit();
    await run('eval');
    const shown = partOf(await run('compare', first, 'latest'));
    const page = await readFile(new URL('../../docs/guide/compare.md', import.meta.url), 'utf8');
    expect(partOf(page)).toBe(shown);
  });
});

const RUN = /\d{8}-\d{6}-\w{4}/;

/** What a comparison says of its metrics, without the names of runs and commits, and their times. */
function partOf(text: string): string {
  return (/^Comparison\n.*?^ *Standard error [^\n]*$/ms.exec(text)?.[0] ?? '')
    .replaceAll(new RegExp(RUN, 'g'), 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME')
    .replaceAll(/commit \w{7}/g, 'commit HASH');
}

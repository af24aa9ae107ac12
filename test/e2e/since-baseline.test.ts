import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// What a change broke leads every report. The app is `echo`, so a case passes when its text holds what is expected.

const suite = (texts: Readonly<Record<string, string>>) => ({
  prompt: 'p',
  metrics: [{ metric: 'contains' }],
  cases: Object.entries(texts).map(([id, text]) => ({ id, vars: { id, text }, expected: 'yes' })),
});
const prompt = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const passRate = (min: number) => ({ gates: [{ metric: 'pass', min, decide: 'point' }] });

const BOT = `import { readFileSync } from 'node:fs';
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ text: readFileSync('luck', 'utf8') })));
`;

describe('cases since the baseline', () => {
  it('lead the reports when they are newly broken, and are counted in the verdict', async () => {
    const project = await makeProject({
      'prompts/p.prompt.yaml': prompt('{{ text }}{% if id %}{% endif %}'),
      'prompts/p.thresholds.yaml': passRate(0.1),
      'evals/p.eval.yaml': suite({ 'failed-before': 'no', steady: 'yes', 'breaks-now': 'yes', fixed: 'no' }),
    });
    const run = (...args: readonly string[]) => runCli([...args], { cwd: project.dir });
    expect((await run('eval')).code).toBe(0);
    expect((await run('bless')).code).toBe(0);
    const answers = '{% if id == "breaks-now" %}nothing{% elsif id == "fixed" %}yes{% else %}{{ text }}{% endif %}';
    await project.write('prompts/p.prompt.yaml', prompt(answers));
    await project.write('prompts/p.thresholds.yaml', passRate(1));
    const { code, stdout } = await run('eval', '--reporter', 'console', '--reporter', 'json=run.json');
    expect(code).toBe(1);
    expect(stdout).toContain('1 newly broken, 1 fixed, 1 failing as before');
    expect(stdout.indexOf('✗ breaks-now')).toBeGreaterThan(0);
    expect(stdout.indexOf('✗ breaks-now')).toBeLessThan(stdout.indexOf('✗ failed-before'));
    expect(stdout).toMatch(/breaks-now {2}newly broken/);
    expect(stdout).toMatch(/baseline +passed/);
    expect(stdout).toMatch(/before +yes/);
    expect(stdout).toContain('failed in the baseline too');
    expect(stdout).toMatch(/fixed: fixed/);
    const { changes } = JSON.parse(await project.read('run.json'));
    expect(changes).toMatchObject([
      {
        ...{
          suite: 'p',
          compared: 4,
          broken: { count: 1, first: [{ case: 'breaks-now', before: 1, now: 0, answer: 'yes' }] },
        },
        ...{ failing: { count: 1 }, fixed: { count: 1 }, added: { count: 0 } },
      },
    ]);
    expect((await run('report', 'latest', '--reporter', 'markdown=r.md')).code).toBe(0);
    const markdown = await project.read('r.md');
    expect(markdown.indexOf('<code>breaks-now')).toBeGreaterThan(0);
    expect(markdown.indexOf('<code>breaks-now')).toBeLessThan(markdown.indexOf('<code>failed-before'));
  });

  it('stand beside what was answered before, also where only the recordings of the base tell it', async () => {
    const app = { ...prompt('{{ id }} {{ text }}'), model: 'bot/x' };
    const project = await makeProject({
      'bot.mjs': BOT,
      luck: 'yes',
      'llmci.yaml': { providers: { bot: { type: 'exec', command: ['node', 'bot.mjs'] } } },
      'prompts/p.prompt.yaml': app,
      'prompts/p.thresholds.yaml': passRate(1),
      'evals/p.eval.yaml': { ...suite({ a: 'a', b: 'b' }), cassette: '../fixtures/p.cassette.jsonl' },
    });
    const run = (...args: readonly string[]) => runCli([...args], { cwd: project.dir });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: project.dir });
    git('init', '-q', '-b', 'main');
    expect((await run('eval', '--record')).code).toBe(0);
    expect((await run('bless')).code).toBe(0);
    git('add', 'bot.mjs', 'luck', 'llmci.yaml', 'prompts', 'evals', 'fixtures');
    git('commit', '-qm', 'base');
    git('checkout', '-qb', 'change');
    await project.write('prompts/p.prompt.yaml', { ...prompt('{{ id }} {{ text }}!'), model: 'bot/x' });
    await project.write('luck', 'no');
    // Their recordings take the place of those of the base
    expect((await run('eval', '--record')).code).toBe(1);
    expect(await project.read('fixtures/p.cassette.jsonl')).not.toContain('"yes"');
    await run('runs', 'prune', '--keep', '0');
    const evaluate = async (...flags: readonly string[]) => {
      const { stdout } = await run('eval', '--replay', '--reporter', 'console', '--reporter', 'json=r.json', ...flags);
      const { changes } = JSON.parse(await project.read('r.json'));
      return { stdout, answers: changes[0].broken.first.map((each: { answer?: string }) => each.answer) };
    };
    const beside = await evaluate('--base', 'main');
    expect(beside.answers).toEqual(['yes', 'yes']);
    expect(beside.stdout).toMatch(/output +no[\s\S]*before +yes/);
    await run('runs', 'prune', '--keep', '0');
    expect((await evaluate('--baseline', 'evals/p.baseline.json')).answers).toEqual([undefined, undefined]);
  });

  it('that wavered before under one prompt are said to be flaky, in every report', async () => {
    // An app whose answer follows a file, as a model's follows chance
    const project = await makeProject({
      'bot.mjs': BOT,
      luck: 'yes',
      'llmci.yaml': { providers: { bot: { type: 'exec', command: ['node', 'bot.mjs'] } } },
      'prompts/p.prompt.yaml': { ...prompt('{{ id }} {{ text }}'), model: 'bot/x' },
      'prompts/p.thresholds.yaml': passRate(1),
      'evals/p.eval.yaml': suite({ wavers: 'a' }),
    });
    const run = (...args: readonly string[]) => runCli([...args], { cwd: project.dir });
    expect((await run('eval', '--no-cache')).code).toBe(0);
    expect((await run('bless')).code).toBe(0);
    await project.write('luck', 'no');
    expect((await run('eval', '--no-cache')).stdout).toContain('1 newly broken\n');
    await project.write('prompts/p.prompt.yaml', { ...prompt('{{ id }} {{ text }}!'), model: 'bot/x' });
    const files = ['markdown=r.md', 'json=r.json', 'html=r.html'].flatMap((each) => ['--reporter', each]);
    const { stdout } = await run('eval', '--no-cache', '--reporter', 'console', ...files);
    const words = 'newly broken, flaky before (1 of 2 trials passed)';
    expect(stdout).toContain('1 newly broken (1 flaky before)');
    expect(stdout).toContain(words);
    expect(await project.read('r.md')).toContain(words);
    expect((await run('show', 'wavers')).stdout).toContain('flaky before (1 of 2 trials passed)');
    const { changes } = JSON.parse(await project.read('r.json'));
    const history = { stability: 'flaky', passed: 1, trials: 2 };
    expect(changes).toMatchObject([{ broken: { first: [{ case: 'wavers', history }] } }]);
    await run('runs', 'prune', '--keep', '0');
    expect((await run('eval', '--no-cache')).stdout).not.toContain('flaky before');
  });

  it('of a run that passes do not open its report', async () => {
    const project = await makeProject({
      'prompts/p.prompt.yaml': prompt('{{ text }}{% if id %}{% endif %}'),
      'prompts/p.thresholds.yaml': passRate(0.5),
      'evals/p.eval.yaml': suite({ a: 'yes', b: 'no', c: 'yes' }),
    });
    const { code, stdout } = await runCli(['eval'], { cwd: project.dir });
    expect(code).toBe(0);
    expect(stdout).not.toContain('Failing cases');
    expect(stdout.indexOf('Gates')).toBeLessThan(stdout.indexOf('Cases that fail'));
  });

  it('without a baseline, what weighs on a failing gate comes first', async () => {
    const project = await makeProject({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
      'prompts/p.thresholds.yaml': {
        gates: [{ metric: 'contains', stat: 'rate', min: 1, decide: 'point', where: { tags: ['safety'] } }],
      },
      'evals/p.eval.yaml': {
        prompt: 'p',
        metrics: [{ metric: 'contains' }],
        cases: [
          { id: 'untagged', vars: { text: 'no' }, expected: 'yes' },
          { id: 'tagged', vars: { text: 'no!' }, expected: 'yes', tags: ['safety'] },
        ],
      },
    });
    const { code, stdout } = await runCli(['eval'], { cwd: project.dir });
    expect(code).toBe(1);
    expect(stdout.indexOf('✗ tagged')).toBeGreaterThan(0);
    expect(stdout.indexOf('✗ tagged')).toBeLessThan(stdout.indexOf('✗ untagged'));
  });
});

import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { makeRepository } from '../helpers/repository.js';

// Newly broken cases are asked again on both sides before the prompt is blamed. The app answers by the case and the words of
// its prompt, and counts how often it was asked that.

const BOT = `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
let input = '';
process.stdin.setEncoding('utf8').on('data', (text) => (input += text)).on('end', () => {
  const [id, version] = JSON.parse(input).messages.at(-1).content.split(' ');
  const log = existsSync('calls') ? readFileSync('calls', 'utf8').split('\\n') : [];
  const before = log.filter((line) => line === id + ' ' + version).length;
  appendFileSync('calls', id + ' ' + version + '\\n');
  const answers = {
    broken: version === 'v1',
    lucky: version === 'v1' || before > 0,
    wavers: version === 'v1' ? before === 0 : false,
    fine: true,
  };
  if (id === 'dies' && version === 'v2' && before > 0) process.exit(1);
  process.stdout.write(JSON.stringify({ text: answers[id] ?? version === 'v1' ? 'yes' : 'no' }));
});
`;

const prompt = (content: string) => ({ model: 'bot/x', messages: [{ role: 'user', content }] });
const suite = (...ids: readonly string[]) => ({
  prompt: 'p',
  metrics: [{ metric: 'contains' }],
  cases: ids.map((id) => ({ id, vars: { id }, expected: 'yes' })),
});
const files = (...ids: readonly string[]) => ({
  '.gitignore': '.llmci/\ncalls\n*.out.*\n',
  'bot.mjs': BOT,
  'llmci.yaml': { providers: { bot: { type: 'exec', command: ['node', 'bot.mjs'] } } },
  'prompts/p.prompt.yaml': prompt('{{ id }} v1'),
  'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
  'evals/p.eval.yaml': suite(...ids),
});

interface Change {
  readonly case: string;
  readonly confirmation?: {
    readonly outcome: string;
    readonly why?: string;
    readonly now: object;
    readonly baseline?: object;
  };
}

/** Blesses the prompt, commits that, changes the prompt, and runs it with `--confirm`. */
async function confirmChange(ids: readonly string[], [key, value]: readonly [string, unknown] = ['trials', 1]) {
  const project = await makeRepository({ ...files(...ids), 'evals/p.eval.yaml': { ...suite(...ids), [key]: value } });
  const run = (...given: readonly string[]) => runCli([...given], { cwd: project.dir });
  expect((await run('eval')).code).toBe(0);
  expect((await run('bless')).code).toBe(0);
  project.commit('blessed');
  await project.write('prompts/p.prompt.yaml', prompt('{{ id }} v2'));
  await project.write('calls', '');
  const reports = ['json', 'markdown', 'html'].flatMap((name) => ['--reporter', `${name}=r.out.${name}`]);
  const { code, stdout, stderr } = await run('eval', '--confirm', '--reporter', 'console', ...reports);
  const record = JSON.parse(await project.read('r.out.json'));
  const broken = (record.changes[0].broken.first as readonly Change[]).map((each) => [each.case, each.confirmation]);
  const calls = (await project.read('calls')).split('\n').filter(Boolean);
  return { project, run, code, stdout, stderr, record, broken: Object.fromEntries(broken), calls };
}

describe('eval --confirm', () => {
  it('tells what the prompt broke from what chance explains, and gates do not see the new trials', async () => {
    const { project, run, code, stdout, record, broken, calls } = await confirmChange([
      'broken',
      'lucky',
      'wavers',
      'fine',
    ]);
    expect(code).toBe(1);
    expect(broken).toMatchObject({
      broken: {
        ...{ outcome: 'confirmed', chance: 3 / 64 },
        ...{ now: { passed: 0, trials: 3 }, baseline: { passed: 3, trials: 3 } },
      },
      lucky: { outcome: 'could-be-chance', now: { passed: 1, trials: 1 }, baseline: { passed: 1, trials: 1 } },
      wavers: { outcome: 'could-be-chance', now: { passed: 0, trials: 2 }, baseline: { passed: 1, trials: 2 } },
    });
    expect(record.gates[0]).toMatchObject({ n: 4, actual: 0.25 });
    expect(record.samples).toMatchObject({ planned: 4, finished: 4 });
    // What is decided is asked no more
    expect(calls.filter((call) => call.startsWith('lucky'))).toHaveLength(3);
    expect(record.usage.calls.live).toBe(calls.length);
    const headline = '3 newly broken (1 confirmed broken, 2 could be chance)';
    const words = 'confirmed broken: failed 3 of 3 further trials, as it was in the baseline it passed 3 of 3';
    expect(stdout).toContain(headline);
    expect(stdout.replace(/\s+/g, ' ')).toContain(words);
    expect((await project.read('r.out.markdown')).replace(/\s+/g, ' ')).toContain(words);
    expect(await project.read('r.out.html')).toContain(headline);
    expect((await run('show', 'lucky')).stdout).toContain('could be chance: passed 1 of 1 further trial');
    const { stdout: shown } = await run('show', 'wavers');
    expect(shown).toMatch(/asked again, now, trial 2: ✗ fails\n +output +no\n +✗ contains: /);
    expect(shown).toMatch(/asked again, prompt of the baseline, trial 1: ✓ passes\n +output +yes\n/);
    const { cases } = JSON.parse((await run('show', 'broken', '--json')).stdout);
    const { now, baseline } = cases[0].baseline.change.confirmation;
    expect([now.answers, baseline.answers].map((side) => side.map((each: { text: string }) => each.text))).toEqual([
      ['no', 'no', 'no'],
      ['yes', 'yes', 'yes'],
    ]);
  });

  it('under --replay judges what is recorded, asks nothing, and says so', async () => {
    const project = await makeRepository({
      ...files('broken'),
      'evals/p.eval.yaml': { ...suite('broken'), cassette: '../p.cassette.jsonl' },
    });
    const run = (...given: readonly string[]) => runCli([...given], { cwd: project.dir });
    await run('eval', '--record');
    expect((await run('bless')).code).toBe(0);
    project.commit('blessed');
    await project.write('prompts/p.prompt.yaml', prompt('{{ id }} v2'));
    await run('eval', '--record');
    await project.write('calls', '');
    const { code, stdout } = await run('eval', '--replay', '--confirm');
    expect(code).toBe(1);
    expect(stdout).toContain('1 newly broken');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'not confirmed: --replay makes no calls, so nothing new can be asked',
    );
    expect(await project.read('calls')).toBe('');
  });

  it('counts against the budget of the suite, and says what was not asked for it', async () => {
    const { broken, record, calls } = await confirmChange(['broken'], ['budget', { calls: 4 }]);
    expect(calls).toHaveLength(4);
    expect(broken.broken).toMatchObject({ outcome: 'not-asked', why: expect.stringContaining('budget') });
    expect(record).toMatchObject({ samples: { planned: 1, finished: 1 }, exitCode: 1 });
  });

  it('leaves a case undecided when its calls fail', async () => {
    const { code, broken } = await confirmChange(['dies']);
    expect(code).toBe(1);
    expect(broken.dies).toMatchObject({ outcome: 'not-asked', why: expect.stringContaining('no answer: ') });
  });

  it('blames no prompt that has not changed', async () => {
    const project = await makeProject({ ...files('fine'), luck: 'yes' });
    const run = (...given: readonly string[]) => runCli([...given], { cwd: project.dir });
    await run('eval');
    await run('bless');
    await project.write('bot.mjs', `process.stdout.write(JSON.stringify({ text: 'no' }));`);
    const { code, stdout } = await run('eval', '--confirm');
    expect(code).toBe(1);
    expect(stdout).toContain('1 newly broken (1 not the prompt)');
    expect(stdout.replace(/\s+/g, ' ')).toContain('not the prompt: failed 3 of 3 further trials');
  });

  it('says why it cannot ask: no git, and no calls under --replay', async () => {
    const project = await makeProject(files('broken'));
    const run = (...given: readonly string[]) => runCli([...given], { cwd: project.dir });
    await run('eval');
    await run('bless');
    await project.write('prompts/p.prompt.yaml', prompt('{{ id }} v2'));
    const { code, stdout } = await run('eval', '--confirm');
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toContain('not confirmed: git has no p with the digest of the baseline');
    const { code: shard, stderr } = await run('eval', '--confirm', '--shard', '1/2');
    expect([shard, stderr]).toEqual([2, expect.stringContaining('leave out --confirm')]);
  });
});

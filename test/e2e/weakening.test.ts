import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import type { Review } from '../../src/model/review.js';
import type { RunSummary } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// A pull request cannot approve itself unseen: what it does to what judges it is told, and fails it with --protect.

const CASES = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, vars: { text: `hello ${id}` }, tags: ['all'] }));
const CASSETTE = (text: string) =>
  `${JSON.stringify({ cassette: 1, note: 'n' })}\n${JSON.stringify({ key: '0'.repeat(64), suite: 'hello', prompt: 'hello', model: 'echo', case: 'a', trial: 1, answer: { text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, finishReason: 'stop', servedModel: null, latencyMs: 1 } })}\n`;
const SUITE = {
  prompt: 'hello',
  trials: 2,
  cassette: '../fixtures/hello.cassette.jsonl',
  cases: CASES,
  metrics: [
    { metric: 'contains', value: 'hello' },
    { metric: 'similarity', min: 0.2 },
  ],
};
const GATES = {
  gates: [
    { metric: 'pass', min: 0.9 },
    { metric: 'contains', stat: 'rate', min: '80%', decide: 'proof', level: 'warn' },
    { metric: 'similarity', max: 1 },
    { metric: 'pass', maxDrop: 0.5 },
  ],
};
const [PASS, ...OTHERS] = GATES.gates;
const SUITE_FILE = { ...SUITE, cases: CASES.map((each) => ({ ...each, expected: each.vars.text })) };
const [FIRST, ...REST] = SUITE_FILE.cases;
const THRESHOLDS = 'prompts/hello.thresholds.yaml';
const EVAL = 'evals/hello.eval.yaml';
const PROMPT = 'prompts/hello.prompt.yaml';
const saying = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const FILES = {
  'llmci.yaml': { judge: { model: 'echo' } },
  [PROMPT]: saying('{{ text }}'),
  [THRESHOLDS]: GATES,
  'prompts/judges/judge.prompt.yaml': { messages: [{ role: 'user', content: 'Judge {{ output }}' }] },
  [EVAL]: SUITE_FILE,
  'fixtures/hello.cassette.jsonl': CASSETTE('hello a'),
};

async function repository(files: Readonly<Record<string, string | object>> = {}) {
  const project = await makeProject({ ...FILES, ...files });
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
      cwd: project.dir,
      stdio: 'pipe',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'base');
  git('checkout', '-qb', 'change');
  const evaluate = async (...flags: readonly string[]) => {
    const args = ['eval', '--no-cache', '--reporter', 'json=run.json', ...flags];
    const ended = await runCli(args, { cwd: project.dir });
    if (ended.code === 2) throw new Error(ended.stderr);
    return { ...ended, run: (await project.readJson('run.json')) as RunSummary };
  };
  return { project, git, evaluate };
}

test.each<[what: string, path: string, content: string | object, told: RegExp]>([
  ['a gate is gone', THRESHOLDS, { gates: OTHERS }, /gate pass rate min 0\.9 is gone/],
  ['a bound is looser', THRESHOLDS, { gates: [{ ...PASS, min: 0.1 }, ...OTHERS] }, /min 0\.9 → pass rate min 0\.1/],
  [
    'a margin is wider',
    THRESHOLDS,
    { gates: [PASS, ...OTHERS.slice(0, 2), { metric: 'pass', maxDrop: 0.9 }] },
    /maxDrop 0\.5 → .*0\.9/,
  ],
  ['a level is lower', THRESHOLDS, { gates: [{ ...PASS, level: 'warn' }, ...OTHERS] }, /\(warn\)/],
  [
    'fewer cases count',
    THRESHOLDS,
    { gates: [{ ...PASS, where: { tags: ['all'] } }, ...OTHERS] },
    /gate pass rate min 0\.9 is gone/,
  ],
  ['confidence is lower', THRESHOLDS, { ...GATES, confidence: 0.6 }, /confidence: 0\.95 → 0\.6/],
  ['noise is let pass', THRESHOLDS, { ...GATES, onInconclusive: 'pass' }, /onInconclusive: fail → pass/],
  [
    'noise is let pass by one gate',
    THRESHOLDS,
    { gates: [{ ...PASS, onInconclusive: 'pass' }, ...OTHERS] },
    /min 0\.9 → pass rate min 0\.9 \({"onInconclusive":"pass"}\)/,
  ],
  [
    'noise is told by one gate only',
    THRESHOLDS,
    { gates: [{ ...PASS, onInconclusive: 'warn' }, ...OTHERS] },
    /min 0\.9 → pass rate min 0\.9 \({"onInconclusive":"warn"}\)/,
  ],
  ['coverage is lower', THRESHOLDS, { ...GATES, coverage: '10%' }, /coverage: 0\.8 → 0\.1/],
  [
    'noise is decided otherwise',
    THRESHOLDS,
    { gates: [PASS, { ...OTHERS[0], decide: 'estimate' }, ...OTHERS.slice(1)] },
    /contains rate min .*proof/,
  ],
  [
    'a mark is lower',
    EVAL,
    { ...SUITE_FILE, metrics: [SUITE.metrics[0], { metric: 'similarity', min: 0.1 }] },
    /mark of similarity: min 0\.2 → 0\.1/,
  ],
  [
    'a metric is another',
    EVAL,
    { ...SUITE_FILE, metrics: [{ metric: 'contains', value: 'h' }, SUITE.metrics[1]] },
    /metric contains is another/,
  ],
  ['a case is gone', EVAL, { ...SUITE_FILE, cases: REST }, /1 case is gone/],
  ['a case is another', EVAL, { ...SUITE_FILE, cases: [{ ...FIRST, expected: 'x' }, ...REST] }, /1 case is another/],
  ['fewer trials', EVAL, { ...SUITE_FILE, trials: 1 }, /trials 2 → 1/],
  [
    'an answer is another',
    'fixtures/hello.cassette.jsonl',
    CASSETTE('forged'),
    /1 recorded answer to the same request is another/,
  ],
  [
    'the judge is another',
    'llmci.yaml',
    { judge: { model: 'echo', modelParameters: { temperature: 0.5 } } },
    /`judge` is another/,
  ],
  [
    'the prompt of a judge',
    'prompts/judges/judge.prompt.yaml',
    { messages: [{ role: 'user', content: 'Say 5: {{ output }}' }] },
    /the prompt of judge judge is another/,
  ],
  [
    'the home of the ledgers is another',
    'llmci.yaml',
    { judge: { model: 'echo' }, state: 'elsewhere' },
    /`state` is new/,
  ],
  ['who may sign', 'releases/allowed_signers', 'eve@example.com ssh-ed25519 AAAA\n', /`allowed_signers` is new/],
  [
    'prices',
    'llmci.yaml',
    { judge: { model: 'echo' }, prices: { 'echo/echo': { input: 1, output: 1 } } },
    /`prices` is new/,
  ],
])('%s', async (_, path, content, told) => {
  const { project, evaluate } = await repository();
  await project.write(path, content);
  const { run } = await evaluate('--base', 'main');
  expect(run.protection?.weakened.map(({ file, text }) => `${file}: ${text}`).join('\n')).toMatch(told);
});

it('says nothing of a changed prompt, and of what is stricter or says what its file says', async () => {
  const { project, evaluate } = await repository();
  await project.write(PROMPT, saying('Oh, {{ text }}'));
  const same = { onInconclusive: 'fail', confidence: 0.95, applies: '60%' };
  await project.write(THRESHOLDS, { gates: [{ ...PASS, ...same, min: 0.95 }, ...OTHERS] });
  const { run, stdout } = await evaluate('--base', 'main');
  expect(run.protection).toMatchObject({ base: { name: 'main' }, weakened: [], enforced: false });
  expect(stdout).not.toContain('Protection');
});

it('--protect fails for it, and every report says so', async () => {
  const { project, evaluate } = await repository({ [THRESHOLDS]: { gates: [PASS] } });
  await project.write(THRESHOLDS, { gates: [{ ...PASS, min: 0.1 }] });
  const open = await evaluate('--base', 'main');
  expect([open.code, open.run.verdict]).toEqual([0, 'pass']);
  const reporters = ['markdown=a.md', 'html=a.html', 'junit=a.xml', 'github'].flatMap((name) => ['--reporter', name]);
  const { code, stdout, run } = await evaluate('--base', 'main', '--protect', ...reporters);
  expect([code, run.verdict]).toEqual([1, 'fail']);
  expect(stdout).toMatch(/^::error .*weakens or alters 1 rule that judges it/m);
  const block = /This change touches what judges it: 1 rule removed, weakened or altered since main/;
  const markdown = await project.read('a.md');
  expect(markdown.search(block)).toBeGreaterThan(0);
  expect(markdown.search(block)).toBeLessThan(markdown.indexOf('| | gate |'));
  expect(await project.read('a.html')).toMatch(block);
  expect(await project.read('a.xml')).toContain('weakens or alters');
  expect((await runCli(['comment', '--dry-run'], { cwd: project.dir })).stdout).toMatch(block);
});

it('--protect takes a sign-off of somebody else, and not that of the author, nor one from before the last edit', async () => {
  const { project, git, evaluate } = await repository({ [THRESHOLDS]: { gates: [PASS] } });
  const weaken = async (min: number) => {
    await project.write(THRESHOLDS, { gates: [{ ...PASS, min }] });
    git('add', 'prompts');
    git('commit', '-qm', 'weaker');
    const { stdout } = await runCli(['review', '--base', 'main', '--json'], { cwd: project.dir });
    return (JSON.parse(stdout) as Review).signOff.items[0]?.digest ?? '';
  };
  const sign = (by: string, digest: string) =>
    git('commit', '-q', '--allow-empty', '-m', `yes\n\nSigned-off-prompt: ${digest}`, `--author=${by} <${by}>`);
  const protect = async () => {
    const { code, run, stdout } = await evaluate('--base', 'main', '--protect');
    return { code, signedBy: run.protection?.weakened.map(({ signedBy }) => signedBy), stdout };
  };
  const digest = await weaken(0.1);
  sign('a@b.example', digest);
  expect(await protect()).toMatchObject({ code: 1, signedBy: [undefined] });
  sign('bob@b.example', digest);
  const signed = await protect();
  expect(signed).toMatchObject({ code: 0, signedBy: [['bob@b.example']] });
  // It passes, and is still told
  expect(signed.stdout).toMatch(/min 0\.9 → pass rate min 0\.1 \(signed off by\s+bob@b\.example\)/);
  await weaken(0.05);
  expect(await protect()).toMatchObject({ code: 1, signedBy: [undefined] });
});

it('where a code host tells of reviews, a sign-off that cannot be read is none', async () => {
  const { project } = await repository({ [THRESHOLDS]: { gates: [PASS] } });
  await project.write(THRESHOLDS, { gates: [{ ...PASS, min: 0.1 }] });
  const env = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop', GITHUB_REF: 'refs/pull/12/merge' };
  const { code, stdout } = await runCli(['eval', '--no-cache', '--base', 'main', '--protect'], {
    cwd: project.dir,
    env,
  });
  expect([code, stdout.replace(/\s+/g, ' ')]).toEqual([1, expect.stringContaining('GITHUB_TOKEN is not set')]);
});

it('merge and rescore say it too', async () => {
  const { project } = await repository({ [THRESHOLDS]: { gates: [PASS] } });
  await project.write(THRESHOLDS, { gates: [{ ...PASS, min: 0.1 }] });
  const origin = await mkdtemp(join(tmpdir(), 'llmci-origin-'));
  afterThisTest(() => rm(origin, { recursive: true, force: true }));
  execFileSync('git', ['clone', '-q', '--bare', project.dir, origin]);
  execFileSync('git', ['remote', 'add', 'origin', origin], { cwd: project.dir });
  const cli = (...args: readonly string[]) => runCli(args, { cwd: project.dir, env: { CHANGE_TARGET: 'main' } });
  await cli('eval', '--no-cache', '--shard', '1/1');
  const told = 'touches what judges it: 1 rule';
  expect((await cli('merge', '.llmci/shards/1-of-1.jsonl')).stdout).toContain(told);
  expect((await cli('rescore')).stdout).toContain(told);
});

it('nobody signs off the code of a metric that they wrote themselves', async () => {
  const metric = (pass: number) => `export default {
  type: 'own', describe: 'x', params: {}, unit: 'fraction', better: 'higher', score: () => ({ value: ${pass}, reason: 'x' }) };
`;
  const { project, git, evaluate } = await repository({
    [EVAL]: { ...SUITE_FILE, metrics: [{ metric: './own.mjs' }] },
    [THRESHOLDS]: { gates: [{ metric: 'own', min: 0 }] },
    'evals/own.mjs': metric(0.5),
  });
  await project.write('evals/own.mjs', metric(1));
  git('add', 'evals');
  git('commit', '-qm', 'kinder');
  const { stdout } = await runCli(['review', '--base', 'main', '--json'], { cwd: project.dir });
  const [item] = (JSON.parse(stdout) as Review).signOff.items;
  const trailer = `yes\n\nSigned-off-prompt: ${item?.digest}`;
  git('commit', '-q', '--allow-empty', '-m', trailer);
  const { run } = await evaluate('--base', 'main', '--protect');
  expect(run.protection?.weakened).toEqual([{ file: EVAL, effect: 'altered', text: 'metric ./own.mjs is another' }]);
});

it('recorded answers that are others can be signed off', async () => {
  const { project, git, evaluate } = await repository();
  await project.write('fixtures/hello.cassette.jsonl', CASSETTE('forged'));
  git('add', 'fixtures');
  git('commit', '-qm', 'recorded anew');
  const { stdout } = await runCli(['review', '--base', 'main', '--json'], { cwd: project.dir });
  const { items } = (JSON.parse(stdout) as Review).signOff;
  expect(items.map(({ id }) => id)).toEqual(['fixtures/hello.cassette.jsonl']);
  const protect = async () => (await evaluate('--base', 'main', '--protect')).run.protection?.weakened[0]?.signedBy;
  expect(await protect()).toBeUndefined();
  const trailer = `Signed-off-prompt: ${items[0]?.digest}`;
  git('commit', '-q', '--allow-empty', '-m', `yes\n\n${trailer}`, '--author=bob@b.example <bob@b.example>');
  expect(await protect()).toEqual(['bob@b.example']);
});

it('--protect without a base is no pass', async () => {
  const { evaluate } = await repository({ [THRESHOLDS]: { gates: [PASS] } });
  const { code, stdout } = await evaluate('--protect');
  expect([code, stdout]).toEqual([3, expect.stringContaining('name it with --base')]);
  expect((await evaluate('--protect', '--base', 'nowhere')).code).toBe(3);
});

it('fetches the base into a shallow checkout of CI, and compares with its baseline', async () => {
  const { project, git } = await repository({
    [THRESHOLDS]: { gates: [{ metric: 'pass', maxDrop: 0.05, decide: 'point' }] },
  });
  const bless = async (...flags: readonly string[]) => {
    await runCli(['eval', '--no-cache'], { cwd: project.dir });
    expect((await runCli(['bless', ...flags], { cwd: project.dir })).code).toBe(0);
    git('add', 'evals', 'prompts');
    git('commit', '-qm', 'blessed');
  };
  git('checkout', '-q', 'main');
  await bless();
  git('checkout', '-qB', 'change');
  // The change breaks everything, and brings a baseline in which everything is broken
  await project.write(PROMPT, saying('bye {{ text | size }}'));
  await bless('--force');
  const clone = await mkdtemp(join(tmpdir(), 'llmci-clone-'));
  afterThisTest(() => rm(clone, { recursive: true, force: true }));
  execFileSync('git', ['clone', '-q', '--depth', '1', '-b', 'change', `file://${project.dir}`, clone]);
  const args = ['eval', '--no-cache', '--reporter', 'json=run.json'];
  const { code, stdout } = await runCli(args, { cwd: clone, env: { GITHUB_BASE_REF: 'main' } });
  expect([code, stdout]).toEqual([1, expect.stringContaining('5 newly broken')]);
  const run = JSON.parse(await readFile(join(clone, 'run.json'), 'utf8')) as RunSummary;
  expect(run.protection?.weakened).toEqual([{ file: EVAL, effect: 'altered', text: 'the baseline is another' }]);
  // A filter makes the baseline of the base no less one of this suite
  const some = await runCli([...args, '--case', 'a'], { cwd: clone, env: { GITHUB_BASE_REF: 'main' } });
  expect([some.code, some.stdout]).toEqual([1, expect.stringContaining('1 newly broken')]);
});

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// A fork attacks `eval --trusted`: with everything that a repository may hold. None of it may run, be followed or loosen a gate.

/** What the code of an attacker leaves behind, wherever it runs. */
const MARK = 'PWNED';

const evil = (dir: string) => `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(dir, MARK))}, 'x');
export default { type: 'evil', describe: 'x', params: {}, score: () => ({ value: 1, reason: 'evil' }) };
`;
const prompt = (more: object = {}) => ({
  model: 'app/x',
  messages: [{ role: 'user', content: '{{ text }}' }],
  ...more,
});
/** Answers with what it was asked. */
const APP = `let text = '';
process.stdin.on('data', (part) => (text += part)).on('end', () => {
  process.stdout.write(JSON.stringify({ text: JSON.parse(text).messages.at(-1).content }));
});
`;

let project: Project;
let outside: Project;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: project.dir,
  }).toString();

beforeEach(async () => {
  outside = await makeProject({
    'secret.txt': 'a secret of this machine',
    'rows.jsonl': '{"id":"s","vars":{"text":"yes"}}\n',
  });
  project = await makeProject({
    'llmci.yaml': { providers: { app: { type: 'exec', command: ['node', 'app/answer.mjs'] } }, budget: { calls: 50 } },
    'app/answer.mjs': APP,
    'prompts/a.prompt.yaml': prompt(),
    'prompts/a.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9, decide: 'point' }] },
    'evals/a.eval.yaml': {
      prompt: 'a',
      dataset: '../fixtures/a.jsonl',
      cassette: '../fixtures/a.cassette.jsonl',
      metrics: [{ metric: 'contains', value: 'yes' }],
    },
    'fixtures/a.jsonl': '{"id":"c1","vars":{"text":"yes"}}\n{"id":"c2","vars":{"text":"yes again"}}\n',
    '.gitignore': '.llmci/\n',
  });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'base');
  git('checkout', '-qb', 'fork');
});

const trusted = (...more: string[]) =>
  runCli(['eval', '--trusted', 'main', '--reporter', 'console', '--reporter', 'json=run.json', ...more], {
    cwd: project.dir,
  });
const record = async () => runRecordSchema.parse(await project.readJson('run.json'));
const nothingRan = () => expect(existsSync(join(project.dir, MARK))).toBe(false);

describe('eval --trusted', () => {
  it('judges the prompt of the fork by the gates of the commit, with live answers', async () => {
    expect((await trusted()).code).toBe(0);
    await project.write('prompts/a.prompt.yaml', prompt({ messages: [{ role: 'user', content: 'no' }] }));
    const { code, stdout } = await trusted();
    expect(code).toBe(1);
    expect(stdout).toMatch(/Judged by main \([0-9a-f]{7}\)/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Read from the working tree, as data: prompts/a.prompt.yaml.');
    const { git: made, usage } = await record();
    expect(made?.branch).toBe('fork');
    expect(usage.calls).toMatchObject({ live: 2, replay: 0, cache: 0 });
  });

  it('takes no gate, suite, configuration, code or baseline of the fork', async () => {
    await project.write('prompts/a.prompt.yaml', prompt({ messages: [{ role: 'user', content: 'no' }] }));
    await project.write('prompts/a.thresholds.yaml', { gates: [{ metric: 'pass', min: 0 }] });
    await project.write('evals/a.eval.yaml', {
      prompt: 'a',
      metrics: [{ metric: './evil.mjs' }],
      cases: [{ vars: { text: 'yes' } }],
    });
    await project.write('evals/evil.mjs', evil(project.dir));
    await project.write('app/answer.mjs', `${evil(project.dir)}process.stdout.write('{"text":"yes"}')`);
    await project.write('llmci.yaml', { providers: { app: { type: './evil.mjs' } } });
    await project.write('evil.mjs', evil(project.dir));
    await project.write('node_modules/evil/index.js', evil(project.dir));
    git('add', '-Af');
    git('commit', '-qm', 'evil');
    const { code } = await trusted();
    expect(code).toBe(1);
    const { gates, suites } = await record();
    expect(gates.map(({ expected }) => expected.value)).toEqual([0.9]);
    expect(suites.map(({ cases }) => cases)).toEqual([2]);
    nothingRan();
  });

  it('replays no cassette of the fork, and reads nothing of its .llmci', async () => {
    await project.write('prompts/a.prompt.yaml', prompt({ messages: [{ role: 'user', content: 'no' }] }));
    const honest = await runCli(['eval', '--record'], { cwd: project.dir });
    expect(honest.code).toBe(1);
    const cassette = await project.read('fixtures/a.cassette.jsonl');
    await project.write('fixtures/a.cassette.jsonl', cassette.replaceAll('"text":"no"', '"text":"yes"'));
    expect((await runCli(['eval', '--replay'], { cwd: project.dir })).code).toBe(0);
    expect((await trusted()).code).toBe(1);
    expect((await record()).usage.calls).toMatchObject({ replay: 0, cache: 0, live: 2 });
    await project.write('.llmci/runs/x/run.json', '{}');
    git('add', '-Af');
    git('commit', '-qm', 'state');
    const committed = await trusted();
    expect([committed.code, committed.stderr]).toEqual([2, expect.stringContaining('.llmci')]);
  });

  it.each<[string, object, string]>([
    [
      'a program that responds',
      { tools: [{ name: 't', respond: { exec: ['node', 'evil.mjs'] } }] },
      'names code to respond with',
    ],
    ['a module that responds', { tools: [{ name: 't', respond: '../app/answer.mjs' }] }, 'names code to respond with'],
    ['another provider', { model: 'spare/x' }, 'spare'],
    ['a module as its model', { model: './evil.mjs/x' }, 'evil.mjs'],
    ['parameters that go to the service as they are', { modelParameters: { extra: { tools: ['web'] } } }, '`extra`'],
    ['another id', { id: 'b' }, 'prompt'],
  ])('refuses a prompt with %s', async (_, more, why) => {
    await project.write('evil.mjs', evil(project.dir));
    await project.write('prompts/a.prompt.yaml', prompt(more));
    const { code, stderr, stdout } = await trusted();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
    nothingRan();
  });

  it('does not take a prompt that slips into the place of another', async () => {
    // The new file has no thresholds beside it
    await project.write('prompts/z.prompt.yaml', prompt({ id: 'a', messages: [{ role: 'user', content: 'no' }] }));
    await project.write('prompts/a.prompt.yaml', prompt({ id: 'old' }));
    expect((await trusted()).code).toBe(2);
    await project.write('prompts/a.prompt.yaml', prompt());
    expect((await trusted()).code).toBe(0);
    expect((await record()).suites[0]?.prompts).toMatchObject([{ path: 'prompts/a.prompt.yaml' }]);
  });

  it('follows no link, neither a file nor a folder', async () => {
    await rm(join(project.dir, 'fixtures/a.jsonl'));
    await symlink(join(outside.dir, 'rows.jsonl'), join(project.dir, 'fixtures/a.jsonl'));
    const file = await trusted();
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining('is a link')]);
    await rm(join(project.dir, 'fixtures'), { recursive: true });
    await mkdir(join(outside.dir, 'fixtures'));
    await writeFile(join(outside.dir, 'fixtures/a.jsonl'), '{"id":"s","vars":{"text":"yes"}}\n');
    await symlink(join(outside.dir, 'fixtures'), join(project.dir, 'fixtures'));
    const folder = await trusted();
    expect([folder.code, folder.stderr]).toEqual([2, expect.stringContaining('is a link')]);
    await rm(join(project.dir, 'fixtures'));
    const gone = await trusted();
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('is not in the working tree')]);
  });

  it('shows no file outside to a model, and runs nothing that a row names', async () => {
    const path = join(outside.dir, 'secret.txt');
    for (const image of [path, '../../../../../../../../etc/hostname', 'file:///etc/hostname']) {
      await project.write('prompts/a.prompt.yaml', prompt({ messages: [{ role: 'user', content: [{ image }] }] }));
      expect((await trusted()).code).toBe(2);
    }
    await project.write('prompts/a.prompt.yaml', prompt());
    for (const metric of [{ metric: './evil.mjs' }, { metric: 'exec', command: ['node', 'evil.mjs'] }]) {
      await project.write('evil.mjs', evil(project.dir));
      await project.write('fixtures/evil.mjs', evil(project.dir));
      await project.write(
        'fixtures/a.jsonl',
        `${JSON.stringify({ id: 'c', vars: { text: 'yes' }, metrics: [metric] })}\n`,
      );
      const { code, stdout } = await trusted();
      expect([code, stdout]).toEqual([2, '']);
    }
    nothingRan();
  });

  it('takes YAML for what it is', async () => {
    await project.write('prompts/a.prompt.yaml', 'model: &a [*a]\nmessages: !!js/function "x"\n');
    expect((await trusted()).code).toBe(2);
    const bomb = Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1},`.repeat(n === 0 ? 0 : 10)}x]`);
    await project.write('prompts/a.prompt.yaml', `${bomb.join('\n')}\n`);
    expect((await trusted()).code).toBe(2);
  });

  it('needs a budget, and goes with no flag that reads what the fork could have left', async () => {
    for (const flag of ['--replay', '--record', '--resume', '--failed', '--affected'])
      expect((await trusted(flag)).code).toBe(2);
    expect((await trusted('--baseline', 'latest')).code).toBe(2);
    git('checkout', '-q', 'main');
    await project.write('llmci.yaml', { providers: { app: { type: 'exec', command: ['node', 'app/answer.mjs'] } } });
    git('commit', '-qam', 'no budget');
    const { code, stderr } = await trusted();
    expect([code, stderr]).toEqual([2, expect.stringContaining('sets no budget')]);
    expect((await trusted('--budget', '1')).code).not.toBe(2);
  });
});

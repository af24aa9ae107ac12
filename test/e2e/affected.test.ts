import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { loadProject } from '../../src/project/load.js';
import { partsOfSuites } from '../../src/runs/suite-parts.js';
import { type CliInput, runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// Only what a change can touch is run, and what was left out is said.

const prompt = (model: string, content = '{{ text }}') => ({ model, messages: [{ role: 'user', content }] });
const suite = (id: string, more: object = {}) => ({
  prompt: id,
  metrics: [{ metric: 'contains', value: 'yes' }],
  gates: [{ metric: 'pass', min: 0.5 }],
  ...(Object.hasOwn(more, 'dataset') ? {} : { cases: [{ id: 'c1', vars: { text: 'yes' } }] }),
  ...more,
});

const APP = `let text = '';
process.stdin.on('data', (part) => (text += part)).on('end', () => process.stdout.write(JSON.stringify({ text: 'yes' })));
`;

/** Three suites, committed: one of a plain model, one of an app, one with a dataset. */
async function repository(): Promise<Project & { git(...args: string[]): void }> {
  const project = await makeProject({
    'llmci.yaml': {
      providers: { app: { type: 'exec', command: ['node', 'app/answer.mjs'] }, spare: { type: 'echo' } },
    },
    'app/answer.mjs': APP,
    'prompts/plain.prompt.yaml': prompt('echo'),
    'prompts/app.prompt.yaml': prompt('app/x'),
    'prompts/rows.prompt.yaml': prompt('spare/x'),
    'evals/plain.eval.yaml': suite('plain'),
    'evals/app.eval.yaml': suite('app'),
    'evals/rows.eval.yaml': suite('rows', { dataset: '../fixtures/rows.jsonl' }),
    'fixtures/rows.jsonl': '{"id":"r1","vars":{"text":"yes"}}\n',
    'README.md': 'hello\n',
    '.gitignore': '.llmci/\n',
  });
  const git = (...args: string[]) => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: project.dir });
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'base');
  git('checkout', '-qb', 'work');
  return Object.assign(project, { git });
}

const affected = async (project: Project, args: readonly string[] = ['--base', 'main'], options: CliInput = {}) =>
  runCli(['eval', '--affected', ...args], { cwd: project.dir, ...options });

/** The suites that are run after a change, and what the record says of the others. */
async function suitesAfter(change: (project: Project) => Promise<void>) {
  const project = await repository();
  await change(project);
  const { code, stdout, stderr } = await affected(project, [
    '--base',
    'main',
    '--reporter',
    'json=run.json',
    '--reporter',
    'console',
  ]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  if (stdout.startsWith('Left out') || stdout.startsWith('NOTHING')) return { suites: [], stdout, leftOut: undefined };
  const { suites, leftOut } = runRecordSchema.parse(await project.readJson('run.json'));
  return { suites: suites.map(({ id }) => id), leftOut, stdout };
}

describe('eval --affected', () => {
  it('runs the suites of a prompt that has changed, and says why and what was left out', async () => {
    const { suites, leftOut, stdout } = await suitesAfter((project) =>
      project.write('prompts/plain.prompt.yaml', prompt('echo', 'Say {{ text }}')),
    );
    expect(suites).toEqual(['plain']);
    expect(leftOut).toEqual(['app', 'rows']);
    expect(stdout).toMatch(/Affected since main \([0-9a-f]{7}\): plain, as prompt plain has changed\./);
    expect(stdout).toContain('Left out, as nothing that they depend on has changed: app, rows.');
    expect(stdout).toContain('2 suites left out, which the change cannot touch');
  });

  it('says so before anything is run, too', async () => {
    const project = await repository();
    await project.write('prompts/plain.prompt.yaml', prompt('echo', 'Say {{ text }}'));
    const { code, stdout } = await affected(project, ['--base', 'main', '--dry-run']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Affected since main .*: plain, as prompt plain/)]);
    expect(stdout).toContain('Left out, as nothing that they depend on has changed: app, rows.\nplain  plain on echo');
  });

  it.each<[string, string, string | object, readonly string[]]>([
    ['a dataset', 'fixtures/rows.jsonl', '{"id":"r1","vars":{"text":"yes!"}}\n', ['rows']],
    ['a gate', 'prompts/plain.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.2 }] }, ['plain']],
    ['the code of an app', 'app/answer.mjs', `${APP}// other\n`, ['app']],
    ['what code may read', 'app/policy.txt', 'new\n', ['app']],
    ['a file that any suite may name', 'fixtures/schema.json', '{}', ['app', 'plain', 'rows']],
    ['the packages', 'package.json', '{}', ['app', 'plain', 'rows']],
    ['a new suite', 'evals/new.eval.yaml', suite('plain', { cases: [{ id: 'n', vars: { text: 'yes' } }] }), ['new']],
    ['metrics', 'evals/app.eval.yaml', suite('app', { metrics: [{ metric: 'contains', value: 'ye' }] }), ['app']],
    [
      'a provider',
      'llmci.yaml',
      { providers: { app: { type: 'exec', command: ['node', './app/answer.mjs'] }, spare: { type: 'echo' } } },
      ['app'],
    ],
  ])('of %s', async (_, path, content, suites) => {
    expect((await suitesAfter((project) => project.write(path, content))).suites).toEqual(suites);
  });

  it('takes a suite to depend on who plays its users', async () => {
    const project = await makeProject({
      'llmci.yaml': { providers: { user: { type: 'exec', command: ['node', 'app/answer.mjs'] } } },
      'app/answer.mjs': APP,
      'prompts/plain.prompt.yaml': prompt('echo'),
      'evals/plain.eval.yaml': suite('plain', {
        cases: [{ id: 'c1', vars: { text: 'yes' }, simulate: { model: 'user/x', persona: 'Ann', goal: 'a refund' } }],
      }),
    });
    const loaded = await loadProject({ cwd: project.dir });
    const { parts = [], runsCode } = (await partsOfSuites(loaded)).get('plain') ?? {};
    await loaded.threads.close();
    expect([parts.map(([what]) => what), runsCode]).toEqual([expect.arrayContaining(['provider user']), true]);
  });

  it('of nothing says so in words of its own, and makes no run', async () => {
    const project = await repository();
    await project.write('README.md', 'hello again\n');
    const { code, stdout } = await affected(project, ['--base', 'main', '--reporter', 'junit=r.xml']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Left out, as nothing that they depend on has changed: app, plain, rows\.\nNOTHING AFFECTED \(exit code 0\): the change since main \([0-9a-f]{7}\) touches no suite\. Nothing was evaluated and no report written: this is no verdict\.\n$/,
    );
    expect(stdout).not.toContain('PASS');
    expect((await project.list()).filter((path) => path.startsWith('.llmci/') || path === 'r.xml')).toEqual([]);
    const json = await affected(project, ['--base', 'main', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ affected: [], leftOut: ['app', 'plain', 'rows'], gone: [] });
  });

  it('takes the base of the pull request, and asks for one where there is none', async () => {
    const project = await repository();
    const none = await affected(project, []);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('give --base REF')]);
    expect((await affected(project, ['--base', 'nowhere'])).code).toBe(2);
    expect((await affected(project, ['plain'])).code).toBe(2);
  });

  it('runs all when the base cannot be loaded', async () => {
    const project = await repository();
    await project.write('evals/plain.eval.yaml', 'prompt: [\n');
    project.git('commit', '-qam', 'broken');
    await project.write('evals/plain.eval.yaml', suite('plain'));
    const { code, stdout } = await affected(project, [
      '--base',
      'HEAD',
      '--reporter',
      'json=run.json',
      '--reporter',
      'console',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('All suites are run');
    const { suites } = runRecordSchema.parse(await project.readJson('run.json'));
    expect(suites).toHaveLength(3);
  });
});

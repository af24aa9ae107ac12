import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const prompt = { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] };
const suite = (min: number) => ({
  prompt: 'reply',
  cases: [{ vars: { ticket: 'hello' } }, { vars: { ticket: 'bye' } }],
  metrics: [{ metric: 'contains', value: 'hello' }],
  gates: [{ metric: 'pass', min, decide: 'point' }],
});
const service = (name: string, min = 0.5) => ({
  [`services/${name}/prompts/reply.prompt.yaml`]: prompt,
  [`services/${name}/evals/${name}.eval.yaml`]: suite(min),
});

describe('a project within another', () => {
  it('goes before an llmci.yaml above it, and its root is told', async () => {
    const project = await makeProject({ 'llmci.yaml': {}, ...service('b') });
    const { code, stdout } = await runCli(['validate'], { cwd: project.path('services/b') });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('All files are valid: 1 prompt, 1 suite, 2 cases, 1 gate.'),
    ]);
    expect(stdout).toContain(`Project: ${project.path('services/b')}\n`);
    const inside = await runCli(['validate', '--json'], { cwd: project.path('services/b/evals') });
    expect(JSON.parse(inside.stdout)).toMatchObject({ valid: true, root: project.path('services/b') });
  });

  it('is not a folder that only has the name of one', async () => {
    const project = await makeProject({ 'llmci.yaml': {}, 'src/prompts/index.ts': '', ...rooted() });
    const { code, stdout } = await runCli(['validate'], { cwd: project.path('src') });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Project: ${project.dir}\n`)]);
  });
});

const rooted = () => ({ 'prompts/reply.prompt.yaml': prompt, 'evals/reply.eval.yaml': suite(0.5) });

describe('nothing found', () => {
  it.each([[{}], [{ 'llmci.yaml': {} }]])('is an error: %j', async (files) => {
    const project = await makeProject(files);
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`no prompt and no suite found in ${project.dir}`)]);
    const { stdout } = await runCli(['validate', '--json'], { cwd: project.dir });
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [{ rule: 'nothing-found', severity: 'error' }],
    });
  });

  it('is told as a problem where there is no folder', async () => {
    const project = await makeProject(rooted());
    const { code, stdout } = await runCli(['validate', '--cwd', 'nope', '--json'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      problems: [expect.objectContaining({ file: 'nope', message: expect.stringContaining('nope is not a folder') })],
    });
  });

  it.each([
    ['eval'],
    ['eval', 'evals/reply.eval.yaml'],
    ['eval', '--all-projects'],
    ['plan'],
    ['show', 'case-1'],
    ['runs'],
    ['report', 'latest'],
    ['bless'],
    ['cache', 'clear'],
    ['compare', 'latest', 'latest'],
    ['merge', 'part.jsonl'],
    ['release', 'reply'],
    ['status'],
    ['audit'],
    ['owners'],
    ['comment'],
    ['lint'],
    ['doctor'],
  ])('is no word for the project around it: %j', async (...args) => {
    const project = await makeProject({ ...rooted(), file: '' });
    await runCli(['eval'], { cwd: project.dir });
    for (const cwd of ['nope', 'file', 'nope/deeper']) {
      const { code, stdout, stderr } = await runCli([...args, '--cwd', cwd], { cwd: project.dir });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`${cwd} is not a folder\nGive --cwd a folder that exists.`);
    }
  });
});

describe('at the root of a monorepo', () => {
  it.each(['eval', 'plan'])('%s takes a suite of a project below by its file', async (command) => {
    const project = await makeProject({ 'llmci.yaml': {}, ...service('a'), ...service('b', 1) });
    await mkdir(project.path('.git'));
    const ofB = await runCli([command, 'services/b/evals/b.eval.yaml'], { cwd: project.dir });
    expect(ofB.code).toBe(command === 'eval' ? 1 : 0);
    const fromBeside = await runCli([command, '../b/evals/b.eval.yaml'], { cwd: project.path('services/a') });
    expect(fromBeside.code).toBe(ofB.code);
    const here = await runCli([command, './b.eval.yaml'], { cwd: project.path('services/b/evals') });
    expect(here.code).toBe(ofB.code);
    const both = await runCli([command, 'services/a/evals/a.eval.yaml', 'services/b/evals/b.eval.yaml'], {
      cwd: project.dir,
    });
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--all-projects')]);
  });

  it('says which project it works in', async () => {
    const project = await makeProject({ 'llmci.yaml': {}, ...service('a') });
    const { stderr } = await runCli(['eval', 'services/a/evals/a.eval.yaml'], { cwd: project.dir });
    expect(stderr).toContain(`Project: ${project.path('services/a')}\n`);
  });
});

describe('--all-projects', () => {
  it.each([
    ['all pass', 0.5, 0],
    ['one fails', 1, 1],
  ])('runs each project, with one exit code: %s', async (_, min, code) => {
    const project = await makeProject({ 'llmci.yaml': {}, ...service('a'), ...service('b', min), ...service('c') });
    const result = await runCli(['eval', '--all-projects', '--reporter', 'json=run.json'], { cwd: project.dir });
    expect(result.code).toBe(code);
    expect(result.stderr.match(/^== .*/gm)).toEqual(['a', 'b', 'c'].map((name) => `== ${join('services', name)}`));
    expect(
      (await project.list()).filter((path) => path.endsWith('/run.json') && !path.includes('.llmci')),
    ).toHaveLength(3);
  });

  it('goes on after one that is broken, and is not green', async () => {
    const project = await makeProject({ ...service('a'), ...service('b'), 'services/a/llmci.yaml': 'nonsense: 1\n' });
    const result = await runCli(['eval', '--all-projects'], { cwd: project.dir });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('unknown key nonsense');
    expect(result.stdout).toContain('PASS');
  });

  it('needs some, and takes no suites', async () => {
    const project = await makeProject({ 'README.md': '' });
    expect((await runCli(['eval', '--all-projects'], { cwd: project.dir })).code).toBe(2);
    expect((await runCli(['eval', 'a', '--all-projects'], { cwd: project.dir })).code).toBe(2);
  });
});

describe('score', () => {
  it('does not fail for what is wrong with suites and other prompts', async () => {
    const project = await makeProject({
      ...rooted(),
      'evals/broken.eval.yaml': 'prompt: [\n',
      'prompts/broken.prompt.yaml': 'nonsense: 1\n',
      'prompts/broken.thresholds.yaml': 'gates: 1\n',
    });
    const args = ['score', '--metric', 'contains', '--param', 'value=a', '--output', 'a'];
    expect((await runCli(args, { cwd: project.dir })).code).toBe(0);
    await project.write('llmci.yaml', 'nonsense: 1\n');
    expect((await runCli(args, { cwd: project.dir })).code).toBe(2);
  });
});

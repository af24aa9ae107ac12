import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listProblems } from '../../src/cli/show-error.js';
import { LlmciError } from '../../src/core/text/errors.js';
import { loadProject } from '../../src/project/load.js';
import { runCli } from '../helpers/cli.js';
import { type ModelServer, startModelServer } from '../helpers/model-server.js';
import { makeProject, type Project } from '../helpers/project.js';
import { type Broken, CONFIG, SUITE, VALID } from './broken/base.js';
import { brokenComparisons } from './broken/comparisons.js';
import { brokenConfigs } from './broken/config.js';
import { brokenDatasets } from './broken/datasets.js';
import { brokenPrompts } from './broken/prompts.js';
import { brokenSuites } from './broken/suites.js';

// Every broken file is told with its exact place and message, all at once, and nothing is sent.

const tables = {
  prompts: brokenPrompts,
  suites: brokenSuites,
  datasets: brokenDatasets,
  configuration: brokenConfigs,
  comparisons: brokenComparisons,
};
const rows = Object.values(tables).flat();

async function makeBroken({ files, links = {} }: Pick<Broken, 'files' | 'links'>): Promise<Project> {
  const project = await makeProject();
  for (const [path, content] of Object.entries({ ...VALID, ...files })) {
    if (content === null) continue;
    await mkdir(dirname(project.path(path)), { recursive: true });
    await writeFile(project.path(path), content);
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, project.path(path));
  return project;
}

async function errorOf(project: Project): Promise<LlmciError> {
  const error = await loadProject({ cwd: project.dir }).then(
    () => new Error('the project was loaded'),
    (reason: unknown) => reason,
  );
  if (error instanceof LlmciError) return error;
  throw error;
}

it('the project that the tables break is valid', async () => {
  const project = await loadProject({ cwd: (await makeBroken({ files: {} })).dir });
  expect([...project.suites.keys()]).toEqual(['reply']);
});

describe.each(Object.entries(tables))('broken %s', (_, table) => {
  it.each(table)('$name', async (row) => {
    const error = await errorOf(await makeBroken(row));
    expect(listProblems(error.problems).split('\n')).toEqual(row.problems);
    expect([error.code, error.exitCode]).toEqual(['invalid-files', 2]);
  });
});

it('no message repeats a key that was written into a file', () => {
  const secrets = /sk-proj|hunter2|424242|abcdefghijkl|secret99/;
  const withSecrets = rows.filter((row) => secrets.test(String(row.files[CONFIG] ?? '')));
  expect(withSecrets.length).toBeGreaterThanOrEqual(6);
  expect(withSecrets.flatMap((row) => row.problems).filter((problem) => secrets.test(problem))).toEqual([]);
});

describe('in a real process', () => {
  const real: readonly (readonly [string, string])[] = [
    ['prompts', 'misspelt ending'],
    ['suites', 'unknown key at the top'],
    ['suites', 'undefined variable in one case'],
    ['datasets', 'JSONL: row that does not parse'],
    ['datasets', 'dataset that leaves the project'],
    ['datasets', 'cassettes of two suites, one of which has another fault'],
    ['configuration', 'literal key'],
    ['configuration', 'errors in several files'],
  ];

  it.each(real)('%s: %s', async (table, name) => {
    const row = tables[table as keyof typeof tables].find((one) => one.name.endsWith(name));
    if (!row) throw new Error(`no row ${name}`);
    const { project, server } = await servedProject(row);
    for (const command of ['validate', 'eval'] as const) {
      const { code, stdout, stderr } = await runCli([command], {
        cwd: project.dir,
        env: { FAKE_KEY: 'key-of-the-test' },
      });
      const count = `${row.problems.length} ${row.problems.length === 1 ? 'problem' : 'problems'}`;
      expect(stderr).toBe(
        `${row.problems.join('\n')}\n\nerror: ${count} in your files\nNothing was sent. Fix them and run again.\n`,
      );
      expect([code, stdout]).toEqual([2, '']);
    }
    expect(server.calls).toEqual([]);
    expect(await project.list()).not.toContainEqual(expect.stringContaining('.llmci/'));
    await server.close();
  });

  it('validate --json lists them for machines', async () => {
    const row = rows.find((one) => one.name === 'errors in several files');
    const project = await makeBroken(row ?? { files: {} });
    const { code, stdout } = await runCli(['validate', '--json'], { cwd: project.dir });
    const { valid, problems } = JSON.parse(stdout) as { valid: boolean; problems: unknown[] };
    expect([code, valid, problems.length]).toEqual([2, false, row?.problems.length]);
    expect(problems[0]).toEqual({
      file: SUITE,
      line: 5,
      column: 1,
      message: 'unknown key trails (did you mean trials?)',
      rule: 'invalid',
      severity: 'error',
    });
  });

  it.each([
    [
      'does not parse',
      'export default {;\n',
      /^evals\/reply\.eval\.yaml:3:15 {2}evals\/tone\.mjs throws .*SyntaxError/,
    ],
    [
      'imports what is not there',
      'import "./other.mjs";\n',
      /^evals\/reply\.eval\.yaml:3:15 {2}cannot import evals\/tone\.mjs: .*other\.mjs/,
    ],
  ])('a module that %s', async (_, code, message) => {
    const suite = 'prompt: reply\nmetrics:\n  - { metric: ./tone.mjs }\ncases:\n  - { id: one, vars: { ticket: a } }\n';
    const project = await makeBroken({ files: { [SUITE]: suite, 'evals/tone.mjs': code } });
    const result = await runCli(['validate'], { cwd: project.dir });
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(2);
  });

  it.each([
    ['does not parse', '{"cassette":1}\n{"key":\n', 'evals/x.jsonl:2:8  '],
    ['has no heading', '{"key":"x"}\n', 'evals/x.jsonl:1:1  '],
    ['is not UTF-8', Buffer.from([0xff, 0xfe]), 'evals/x.jsonl:1:1  evals/x.jsonl is not UTF-8 text'],
    ['is a folder', null, 'evals/reply.eval.yaml:2:11  x.jsonl is a folder, not a file'],
  ])('a cassette that %s', async (_, cassette, place) => {
    const suite = VALID[SUITE]?.replace('metrics:', 'cassette: x.jsonl\nmetrics:') ?? '';
    const path = cassette === null ? 'evals/x.jsonl/within' : 'evals/x.jsonl';
    const { project, server } = await servedProject({ files: { [SUITE]: suite, [path]: cassette ?? '' } });
    for (const command of ['validate', 'eval'] as const) {
      const result = await runCli([command], { cwd: project.dir, env: { FAKE_KEY: 'key-of-the-test' } });
      expect(result.stderr.startsWith(place)).toBe(true);
      expect(result.code).toBe(2);
    }
    expect(server.calls).toEqual([]);
    await server.close();
  });

  it('--config names a file from the current folder, which may be outside of the project', async () => {
    const outside = await makeProject({ 'other.yaml': 'budgt: 1\n' });
    const project = await makeBroken({ files: { 'evals/other.yaml': 'timeout: 5\n' } });
    const inside = await runCli(['validate', '--config', 'other.yaml'], { cwd: project.path('evals') });
    expect(inside.stderr).toContain('evals/other.yaml:1:10  "5" is not a length of time');
    const absolute = await runCli(['validate', '--config', outside.path('other.yaml')], { cwd: project.dir });
    expect(absolute.stderr).toContain('other.yaml:1:1  unknown key budgt (did you mean budget?)');
    const absent = await runCli(['validate', '--config', 'none.yaml'], { cwd: project.dir });
    expect(absent.stderr).toContain('none.yaml:1:1  there is no file none.yaml');
    expect([inside.code, absolute.code, absent.code]).toEqual([2, 2, 2]);
  });

  it('an unknown reporter, model or suite on the command line', async () => {
    const { project, server } = await servedProject({ files: {} });
    const evaluate = (...args: string[]) =>
      runCli(['eval', ...args], { cwd: project.dir, env: { FAKE_KEY: 'key-of-the-test' } });
    expect(await evaluate('--reporter', 'junitt=x.xml')).toMatchObject({
      code: 2,
      stderr:
        'error: there is no reporter called junitt (did you mean junit?)\nKnown reporters: console, github, gitlab, html, in-toto, json, junit, markdown, sarif.\n',
    });
    expect(await evaluate('--model', 'fak/x')).toMatchObject({
      code: 2,
      stderr: 'error: --model: unknown provider fak in model fak/x (did you mean fake?)\nSee `llmci eval --help`.\n',
    });
    expect(await evaluate('repyl')).toMatchObject({
      code: 2,
      stderr: 'error: there is no suite called repyl (did you mean reply?)\nKnown suites: reply.\n',
    });
    expect((await evaluate('--trails', '3')).code).toBe(2);
    expect((await evaluate('--trials', '0')).code).toBe(2);
    expect((await evaluate('--timeout', '60')).code).toBe(2);
    expect((await evaluate('--budget', '5s')).code).toBe(2);
    expect(server.calls).toEqual([]);
    await server.close();
  });
});

/** A broken project whose provider is a real server, to see that nothing reaches it. */
async function servedProject(row: Pick<Broken, 'files' | 'links'>): Promise<{ project: Project; server: ModelServer }> {
  const server = await startModelServer();
  const config = row.files[CONFIG] ?? VALID[CONFIG];
  const files = { ...row.files, [CONFIG]: String(config).replace('http://127.0.0.1:9/v1', server.openaiBaseUrl) };
  return { project: await makeBroken({ ...row, files }), server };
}

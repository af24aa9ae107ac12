import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// A fork commits a link, or a path in a file, that leads out of the repository. Nothing there is written or read.

const files = {
  'llmci.yaml': {},
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cassette: '../fixtures/hello.jsonl',
    cases: [{ vars: { text: 'hello' } }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.5 }],
  },
};
const SECRET = 'nobody may see or change this';

/** A project, and a file and a folder outside of it that nothing may touch. */
async function setUp() {
  const [project, outside] = [
    await makeProject(files),
    await makeProject({ 'secret.txt': SECRET, 'folder/README': '' }),
  ];
  const link = async (path: string, to: string) => {
    await rm(project.path(path), { recursive: true, force: true });
    await mkdir(dirname(project.path(path)), { recursive: true });
    await symlink(outside.path(to), project.path(path));
  };
  const llmci = (...args: string[]) => runCli(args, { cwd: project.dir });
  const untouched = async () => {
    expect(await outside.list()).toEqual(['folder/README', 'secret.txt']);
    expect(await outside.read('secret.txt')).toBe(SECRET);
  };
  return { project, outside, link, llmci, untouched };
}

describe('a link that leads out of the repository', () => {
  it.each([
    // What is written
    ['llmci-junit.xml', 'secret.txt', ['eval', '--reporter', 'junit']],
    ['llmci-junit.xml', 'not-there.xml', ['eval', '--reporter', 'junit']],
    ['report.json', 'secret.txt', ['eval', '--reporter', 'json=report.json']],
    ['reports', 'folder', ['eval', '--reporter', 'markdown=reports/a/report.md']],
    ['.llmci', 'folder', ['eval']],
    ['.llmci', 'not-there', ['eval']],
    ['build', 'folder', ['eval', '--out', 'build/llmci']],
    ['.llmci/runs', 'folder', ['eval']],
    ['.llmci/runs', 'not-there', ['eval']],
    ['.llmci/cache', 'folder', ['eval']],
    ['.llmci/cache/vectors', 'folder', ['eval']],
    ['.llmci/shards', 'folder', ['eval', '--shard', '1/1']],
    ['fixtures/hello.jsonl', 'secret.txt', ['eval', '--record']],
    ['fixtures/hello.jsonl', 'not-there.jsonl', ['eval', '--record']],
    ['fixtures', 'folder', ['eval', '--record']],
    ['fixtures/hello.jsonl.lock', 'folder', ['eval', '--record']],
    ['fixtures', 'not-there', ['eval', '--record']],
    ['part.jsonl', 'secret.txt', ['eval', '--shard', '1/1', '--shard-file', 'part.jsonl']],
    // What is read
    ['llmci.yaml', 'secret.txt', ['eval']],
    ['prompts/hello.prompt.yaml', 'secret.txt', ['eval']],
    ['evals/hello.eval.yaml', 'secret.txt', ['validate']],
    ['evals', 'folder', ['validate']],
    ['fixtures/hello.jsonl', 'secret.txt', ['validate']],
    ['evals/hello.baseline.json', 'secret.txt', ['validate']],
    ['mine.yaml', 'secret.txt', ['eval', '--config', 'mine.yaml']],
    ['shards/1.jsonl', 'secret.txt', ['merge', 'shards/1.jsonl']],
    ['rows.csv', 'secret.txt', ['score', '--metric', 'equals', '--file', 'rows.csv']],
    ['.llmci/runs', 'folder', ['runs']],
    ['.llmci/runs', 'folder', ['report', 'latest']],
    ['.llmci/cache', 'folder', ['cache', 'stats']],
  ])('%s -> %s: %j', async (path, to, args) => {
    const { link, llmci, untouched } = await setUp();
    await link(path, to);
    const { code, stdout, stderr } = await llmci(...args);
    expect([code, stderr]).toEqual([
      expect.toSatisfy((exit) => exit === 2 || exit === 3),
      expect.stringMatching(/lead|is a link/),
    ]);
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stderr).not.toContain('bug');
    await untouched();
  });

  it('in a baseline, a calibration and init', async () => {
    const { project, link, llmci, untouched } = await setUp();
    expect((await llmci('eval')).code).toBe(0);
    await link('evals/hello.baseline.json', 'secret.txt');
    expect(await llmci('bless')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('evals/hello.baseline.json leads out'),
    });
    await rm(project.path('evals/hello.baseline.json'));
    await link('.gitignore', 'secret.txt');
    expect(await llmci('init')).toMatchObject({ code: 2, stderr: expect.stringContaining('.gitignore leads out') });
    await rm(project.path('.gitignore'));
    await link('.github', 'folder');
    expect(await llmci('init', '--ci', 'github')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('leads out'),
    });
    await untouched();
  });

  it('in a folder of a run: nothing is appended to what it leads to', async () => {
    const { project, outside, llmci, untouched } = await setUp();
    expect((await llmci('eval')).code).toBe(0);
    const run = (await project.list()).find((path) => path.endsWith('/results.jsonl')) ?? '';
    for (const name of ['results.jsonl', 'run.json', 'plan.json']) {
      const path = project.path(dirname(run), name);
      await rename(path, `${path}.kept`);
      await symlink(outside.path('secret.txt'), path);
      const { code, stdout, stderr } = await llmci('eval', '--resume', dirname(run).split('/').at(-1) ?? '');
      // A summary is made anew, in place of the link
      if (name !== 'run.json')
        expect([name, code]).toEqual([name, expect.toSatisfy((exit) => exit === 2 || exit === 3)]);
      expect(stdout + stderr).not.toContain(SECRET);
      await rm(path);
      await rename(`${path}.kept`, path);
    }
    await untouched();
  });

  it('within the repository is followed', async () => {
    const { project, llmci } = await setUp();
    await project.write('shared/hello.jsonl', '{"cassette":1}\n');
    await mkdir(project.path('fixtures'));
    await symlink('../shared/hello.jsonl', project.path('fixtures/hello.jsonl'));
    await mkdir(project.path('reports'));
    await symlink('reports/report.json', project.path('report.json'));
    expect((await llmci('eval', '--record', '--reporter', 'json=report.json')).code).toBe(0);
    expect(await project.read('shared/hello.jsonl')).toContain('"text":"hello"');
    expect(await project.read('reports/report.json')).toContain('"verdict": "pass"');
    expect(await project.list()).not.toContain('fixtures/hello.jsonl');
  });

  it('to what git keeps for itself is none of the repository', async () => {
    const { project, llmci } = await setUp();
    await project.write('.git/hooks/pre-commit', '#!/bin/sh\n');
    await symlink('.git/hooks/pre-commit', project.path('report.json'));
    expect((await llmci('eval', '--reporter', 'json=report.json')).code).toBe(2);
    expect(await project.read('.git/hooks/pre-commit')).toBe('#!/bin/sh\n');
  });
});

describe('a path that is written in a file', () => {
  const changes: readonly (readonly [string, (outside: string) => object])[] = [
    ['cassette', (outside) => ({ cassette: join(outside, 'secret.txt') })],
    ['cassette', () => ({ cassette: '../../x.jsonl' })],
    ['dataset', (outside) => ({ cases: undefined, dataset: join(outside, 'secret.txt') })],
    ['metric', () => ({ metrics: [{ metric: '../../x.mjs' }] })],
    [
      'calibration',
      () => ({
        metrics: [{ metric: 'contains', value: 'x', id: '../../../x' }],
        gates: [{ metric: '../../../x', min: 0.5, calibrated: { kappa: 0.5 } }],
      }),
    ],
  ];
  it.each(changes)('%s', async (_, change) => {
    const { project, outside, llmci, untouched } = await setUp();
    const suite = { ...files['evals/hello.eval.yaml'], ...change(outside.dir) };
    await project.write('evals/hello.eval.yaml', JSON.parse(JSON.stringify(suite)) as object);
    const { code, stdout, stderr } = await llmci('eval', '--record');
    expect([code, stdout + stderr]).toEqual([
      expect.toSatisfy((exit) => exit === 2 || exit === 3),
      expect.stringContaining('leads out of the project'),
    ]);
    await untouched();
  });

  it('in a record that is blessed', async () => {
    const { project, llmci } = await setUp();
    await llmci('eval', '--reporter', 'json=record.json');
    const record = await project.read('record.json');
    for (const path of ['../outside.eval.yaml', 'llmci.yaml', 'evals/../../x.eval.yaml', '/tmp/x.eval.yaml']) {
      await project.write('record.json', record.replaceAll('"evals/hello.eval.yaml"', JSON.stringify(path)));
      const { code, stderr } = await llmci('bless', project.path('record.json'));
      expect([path, code]).toEqual([path, expect.toSatisfy((exit) => exit === 2 || exit === 3)]);
      expect(stderr).not.toContain('bug');
    }
    expect(await project.read('llmci.yaml')).toBe('{}\n');
  });
});

describe('where a person points to is theirs', () => {
  it('outside of the repository, through links there too', async () => {
    const { outside, llmci } = await setUp();
    await symlink(outside.path('folder'), outside.path('linked'));
    const report = outside.path('linked/report.json');
    const args = ['eval', '--out', outside.path('linked/llmci'), '--reporter', `json=${report}`];
    expect((await llmci(...args)).code).toBe(0);
    expect(await readFile(outside.path('folder/report.json'), 'utf8')).toContain('"verdict": "pass"');
    expect((await outside.list()).some((path) => path.startsWith('folder/llmci/runs/'))).toBe(true);
    expect((await llmci('report', 'latest', '--out', outside.path('linked/llmci'))).code).toBe(0);
    expect((await llmci('report', report)).code).toBe(0);
  });
});

describe('what git tracks below .llmci', () => {
  const commit = async (project: Project) => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: project.dir, stdio: 'pipe' });
    git('init', '-q');
    git('add', '-f', '.llmci');
  };

  it('is refused: an answer that was committed is none that the model gave', async () => {
    const { project, llmci } = await setUp();
    await llmci('eval');
    expect((await llmci('eval')).code).toBe(0);
    await commit(project);
    for (const args of [
      ['eval'],
      ['eval', '--record'],
      ['report', 'latest'],
      ['bless'],
      ['runs'],
      ['plan'],
      ['eval', '--resume', 'latest'],
    ]) {
      const { code, stderr } = await llmci(...args);
      expect([args, code, stderr]).toEqual([
        args,
        2,
        expect.stringContaining('.llmci is no place for runs and the cache: git has '),
      ]);
    }
    execFileSync('git', ['rm', '-rq', '--cached', '.llmci'], { cwd: project.dir });
    expect((await llmci('eval')).code).toBe(0);
  });

  it('is refused where it looks like a repository of its own, whose settings git would go by', async () => {
    const { project, llmci } = await setUp();
    await llmci('eval');
    const settings =
      '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = work\n\tfsmonitor = "touch ran; false"\n';
    await project.write('.llmci/HEAD', 'ref: refs/heads/main\n');
    await project.write('.llmci/config', settings);
    for (const folder of ['objects', 'refs', 'work']) await project.write(`.llmci/${folder}/kept`, '');
    await commit(project);
    // Before 2.38 git knew no setting against it
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const old = await makeProject({ git: `#!/bin/sh\nunset GIT_CONFIG_COUNT\nexec ${git} "$@"\n` });
    await chmod(old.path('git'), 0o755);
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const path of [process.env['PATH'] ?? '', `${old.dir}:${process.env['PATH']}`]) {
      vi.stubEnv('PATH', path);
      expect(await llmci('eval')).toMatchObject({ code: 2, stderr: expect.stringContaining('is no place for runs') });
      expect((await project.list()).filter((each) => each.endsWith('ran'))).toEqual([]);
    }
  });

  it('is refused behind a committed link too', async () => {
    const { project, llmci } = await setUp();
    await llmci('eval', '--out', 'fixtures/state');
    await symlink('fixtures/state', project.path('.llmci'));
    execFileSync('git', ['init', '-q'], { cwd: project.dir });
    execFileSync('git', ['add', '-f', '.'], { cwd: project.dir });
    expect(await llmci('eval')).toMatchObject({ code: 2, stderr: expect.stringContaining('git has ') });
  });
});

it('a link that is put there while a run goes on is not followed', async () => {
  const { project, outside, untouched } = await setUp();
  // The program that answers is the project's own code, and may do so; what llmci then writes stays inside
  await writeFile(
    project.path('swap.mjs'),
    `import { renameSync, symlinkSync } from 'node:fs';
renameSync('reports', 'moved');
symlinkSync(${JSON.stringify(outside.path('folder'))}, 'reports');
console.log('{"text":"hello"}');`,
  );
  await project.write('llmci.yaml', { providers: { mine: { type: 'exec', command: ['node', 'swap.mjs'] } } });
  await project.write('prompts/hello.prompt.yaml', {
    model: 'mine',
    messages: [{ role: 'user', content: '{{ text }}' }],
  });
  await mkdir(project.path('reports'));
  const { code, stderr } = await runCli(['eval', '--reporter', 'json=reports/report.json'], { cwd: project.dir });
  expect([code, stderr]).toEqual([3, expect.stringContaining('leads out of the repository')]);
  await untouched();
});

import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// Folders that cannot be written, links, and where a project begins.

const suite = {
  prompt: 'hello',
  cases: [{ vars: { text: 'hello' } }],
  metrics: [{ metric: 'contains', value: 'hello' }],
};
const files = {
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': { ...suite, gates: [{ metric: 'pass', min: 0.5 }] },
};
const mayWriteAll = process.getuid?.() === 0;

describe('a folder that cannot be written', () => {
  it('--out a file: exit 3, says which', async () => {
    const project = await makeProject({ ...files, taken: 'a file' });
    for (const out of ['taken', 'taken/below']) {
      const { code, stderr } = await runCli(['eval', '--out', out], { cwd: project.dir });
      expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: cannot write .*taken.*: E(EXIST|NOTDIR)/)]);
    }
  });

  it.skipIf(process.platform !== 'linux')('in /proc: ends, exit 3', async () => {
    const project = await makeProject(files);
    const out = await runCli(['eval', '--out', '/proc/x'], { cwd: project.dir });
    expect([out.code, out.stderr]).toEqual([
      3,
      expect.stringMatching(/^error: cannot write \/proc\/x\/runs\/.*: ENOENT/),
    ]);
    const report = await runCli(['eval', '--reporter', 'json=/proc/x/run.json'], { cwd: project.dir });
    expect([report.code, report.stderr]).toEqual([
      3,
      expect.stringMatching(/^error: cannot write \/proc\/x\/run\.json/),
    ]);
    // Before anything was paid for
    expect(report.stdout).toBe('');
  });

  it.skipIf(mayWriteAll || process.platform === 'win32')('read-only: exit 3', async () => {
    const project = await makeProject({ ...files, 'locked/file': '' });
    await chmod(project.path('locked'), 0o555);
    const { code, stderr } = await runCli(['eval', '--out', 'locked/out'], { cwd: project.dir });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: cannot write .*locked.*: EACCES/)]);
  });

  it('is made with the folders that it stands in', async () => {
    const project = await makeProject(files);
    const args = ['eval', '--out', 'a/b/c', '--reporter', 'json=d/e/run.json'];
    expect((await runCli(args, { cwd: project.dir })).code).toBe(0);
    expect(await project.list()).toContain('d/e/run.json');
    expect((await project.list()).some((path) => path.startsWith('a/b/c/runs/'))).toBe(true);
  });
});

describe('links to folders', () => {
  it('that stay in the project are followed', async () => {
    const project = await makeProject({
      'shared/prompts/hello.prompt.yaml': files['prompts/hello.prompt.yaml'],
      'shared/evals/hello.eval.yaml': { ...suite, prompt: 'ours/hello', gates: [{ metric: 'pass', min: 0.5 }] },
      'evals/README': '',
      'prompts/README': '',
    });
    await symlink(join('..', 'shared', 'prompts'), project.path('prompts/ours'));
    await symlink(join('..', 'shared', 'evals'), project.path('evals/ours'));
    const { code, stdout, stderr } = await runCli(['eval'], { cwd: project.dir });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('ours/hello · echo');
  });

  it('that leave the project, and circles, are problems at their path', async () => {
    const outside = await makeProject(files);
    const project = await makeProject({ ...files, 'evals/deep/README': '', 'evals/node_modules/x/README': '' });
    await symlink(outside.path('prompts'), project.path('prompts/theirs'));
    await symlink('..', project.path('evals/deep/up'));
    await symlink(outside.path('evals'), project.path('evals/node_modules/theirs'));
    // As some editors leave them beside a file that is open
    for (const open of ['evals/.#hello.eval', 'evals/.#hello.thresholds.yml', '.#llmci.yml', 'prompts/.#hello.prompt'])
      await symlink('nobody@nowhere.1', project.path(open));
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(stderr).toBe(`evals/deep/up:1:1  this link leads to a folder that it stands in
prompts/theirs:1:1  this link leads out of the project

error: 2 problems in your files
Nothing was sent. Fix them and run again.
`);
  });

  it('prompts/ itself may not be elsewhere', async () => {
    const outside = await makeProject(files);
    const project = await makeProject({ 'evals/hello.eval.yaml': files['evals/hello.eval.yaml'] });
    await symlink(outside.path('prompts'), project.path('prompts'));
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(stderr).toContain('prompts:1:1  this link leads out of the project');
  });
});

describe('the root of the project', () => {
  it('outside of a repository is the folder itself, whatever stands above', async () => {
    const project = await makeProject({ 'evals/stray.eval.yaml': 'nonsense', 'mine/README': '' });
    const { code, stderr } = await runCli(['eval'], { cwd: project.path('mine') });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`no evaluation suite found below ${project.path('mine')}`),
    ]);
  });

  it('outside of a repository may be marked by llmci.yaml', async () => {
    const project = await makeProject({ ...files, 'llmci.yaml': {}, 'src/README': '' });
    expect((await runCli(['eval'], { cwd: project.path('src') })).code).toBe(0);
  });

  it('in a repository is found from any folder of it, and not above it', async () => {
    const project = await makeProject({
      'llmci.yaml': 'nonsense: true',
      'repository/.git/HEAD': '',
      'repository/src/README': '',
      ...Object.fromEntries(Object.entries(files).map(([path, file]) => [`repository/${path}`, file])),
    });
    expect((await runCli(['eval'], { cwd: project.path('repository/src') })).code).toBe(0);
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, link, stat, symlink } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reporters } from '../../src/reporters/index.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { makeRepository } from '../helpers/repository.js';

// A report is whole or not there, has one writer, and one that is lost loses no other and is exit 3.

const files = {
  'llmci.yaml': {},
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cases: Array.from({ length: 40 }, (_, index) => ({ vars: { text: `hello ${index}` } })),
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.5 }],
  },
};
const bin = fileURLToPath(new URL('../../bin/llmci.js', import.meta.url));
const onLinux = process.platform === 'linux';

describe.skipIf(!onLinux)('a report that cannot be written', () => {
  it.each(['json', 'junit', 'markdown', 'console'])('%s=/dev/full: exit 3, and the others are there', async (name) => {
    const project = await makeProject(files);
    const args = ['eval', '--reporter', 'json=a.json', '--reporter', `${name}=/dev/full`, '--reporter', 'junit=b.xml'];
    const { code, stdout, stderr } = await runCli(args, { cwd: project.dir });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: cannot write \/dev\/full: ENOSPC/)]);
    expect(stdout).toContain('PASS');
    expect(await project.readJson('a.json')).toMatchObject({ verdict: 'pass' });
    expect(await project.read('b.xml')).toMatch(/<\/testsuites>\s*$/);
  });

  it('in llmci report too', async () => {
    const project = await makeProject(files);
    await runCli(['eval'], { cwd: project.dir });
    const args = ['report', 'latest', '--reporter', 'json=/dev/full', '--reporter', 'junit=b.xml'];
    expect((await runCli(args, { cwd: project.dir })).code).toBe(3);
    expect(await project.read('b.xml')).toMatch(/<\/testsuites>\s*$/);
  });

  it('a gate that failed stays exit 1', async () => {
    const project = await makeProject({
      ...files,
      'evals/hello.eval.yaml': { ...files['evals/hello.eval.yaml'], metrics: [{ metric: 'contains', value: 'bye' }] },
    });
    expect((await runCli(['eval', '--reporter', 'json=/dev/full'], { cwd: project.dir })).code).toBe(1);
  });
});

describe('where no report can be is told before the run', () => {
  it.each([
    ['a folder', ['--reporter', 'json=evals'], /evals: a folder is there; name a file/],
    ['below a file', ['--reporter', 'junit=llmci.yaml/report.xml'], /llmci\.yaml\/report\.xml: /],
    ['under a name that is too long', ['--reporter', `json=${'a'.repeat(250)}`], /ENAMETOOLONG/],
    ['one of several', ['--reporter', 'json=a.json', '--reporter', 'html=prompts'], /prompts: a folder is there/],
    ['the file of a part', ['--shard', '1/1', '--shard-file', 'evals'], /evals: a folder is there/],
  ])('%s', async (_, args, message) => {
    const project = await makeProject(files);
    const { code, stdout, stderr } = await runCli(['eval', ...args], { cwd: project.dir });
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringMatching(message)]);
    expect((await project.list()).filter((path) => /^\.llmci\/|a\.json/.test(path))).toEqual([]);
  });

  it('a cassette that answers are to be recorded in', async () => {
    const project = await makeProject({
      ...files,
      'evals/hello.eval.yaml': { ...files['evals/hello.eval.yaml'], cassette: '../llmci.yaml/a.cassette.jsonl' },
    });
    const { code, stdout } = await runCli(['eval', '--record'], { cwd: project.dir });
    expect([code, stdout]).toEqual([expect.toBeOneOf([2, 3]), '']);
    expect((await project.list()).some((path) => path.startsWith('.llmci/'))).toBe(false);
  });
});

describe('one file has one writer', () => {
  it.each([
    [['json=a', 'junit=a']],
    [['json=a', 'junit=./x/../a']],
    [['json=a', 'junit=linked']],
    [['json=linked', 'junit=hard']],
    [['junit', 'markdown=llmci-junit.xml']],
    [['json=not/there/yet', 'junit=not/there/yet']],
    [['json=/dev/fd/3', 'junit=/proc/self/fd/3']],
    [['json=/dev/fd/1', 'junit=/dev/stdout']],
  ])('%j is a usage error, and nothing is run', async (reporters) => {
    const project = await makeProject({ ...files, a: '' });
    await symlink('a', project.path('linked'));
    await link(project.path('a'), project.path('hard'));
    const { code, stderr } = await runCli(['eval', ...reporters.flatMap((each) => ['--reporter', each])], {
      cwd: project.dir,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('a file has one writer')]);
    expect((await project.list()).some((path) => path.startsWith('.llmci/'))).toBe(false);
  });

  it('standard output is one place, by whatever name', async () => {
    const project = await makeProject(files);
    const args = ['eval', '--reporter', 'json=-', '--reporter', 'junit=/dev/stdout'];
    const { code, stderr } = await runCli(args, { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot both go to standard output')]);
  });

  it('what is there and is no report is not replaced', async () => {
    const project = await makeRepository({
      ...files,
      '.gitignore': '.llmci\n.env\n',
      'other.yml': 'mine: true\n',
      'tools/run.mjs': 'export const json = "llmci";\n',
      'package.json': { name: 'llmci', version: '1.0.0' },
      'README.md': '# Ours\n\n## llmci: pass\n\nPASS (exit code 0)\n',
      '.env': 'LLMCI_CI=1\n',
      'evals/rows.csv': 'text\nhello\n',
      'state/production.jsonl': '{"n":1}\n',
      'site.html': '<!doctype html>\n<title>About llmci</title>\n',
      'evals/a.baseline.json': { baseline: 1 },
    });
    await symlink('evals/hello.eval.yaml', project.path('linked.yaml'));
    await link(project.path('evals/rows.csv'), project.path('hard.json'));
    await runCli(['eval', '--shard', '1/1', '--shard-file', 'part.jsonl'], { cwd: project.dir });
    const [isYaml, isNone] = ['it is a YAML file', 'it is no report'];
    for (const [command, file, why] of [
      ['eval --reporter json=prompts/../llmci.yaml', 'llmci.yaml', isYaml],
      ['eval --shard 1/1 --shard-file linked.yaml', 'evals/hello.eval.yaml', isYaml],
      ['eval --reporter junit=tools/run.mjs', 'tools/run.mjs', isNone],
      ['eval --shard 1/1 --shard-file .gitignore', '.gitignore', isNone],
      ['merge part.jsonl --reporter html=package.json', 'package.json', isNone],
      ['rescore latest --reporter json=other.yml', 'other.yml', isYaml],
      ['rescore latest --reporter markdown=README.md', 'README.md', isNone],
      ['report latest --reporter gitlab=.env', '.env', isNone],
      ['report latest --reporter json=hard.json', 'evals/rows.csv', isNone],
      ['lint --sarif state/production.jsonl', 'state/production.jsonl', isNone],
      ['diff HEAD --html site.html', 'site.html', isNone],
      ['compare latest latest --html evals/a.baseline.json', 'evals/a.baseline.json', isNone],
    ] as const) {
      const before = await project.read(file);
      const { code, stderr } = await runCli(command.split(' '), { cwd: project.dir });
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining(`${why}`)]);
      expect(await project.read(file)).toBe(before);
    }
  });

  it('a report that is committed is replaced by the next one, whatever it is', async () => {
    const project = await makeRepository({ ...files, '.gitignore': '.llmci\n' });
    await project.write('prompts/other.prompt.yaml', { model: 'echo', messages: [{ role: 'user', content: 'hi' }] });
    const failing = { ...files['evals/hello.eval.yaml'], metrics: [{ metric: 'contains', value: '1' }] };
    const commands = [
      ...Object.keys(reporters).map((name) => ['report', 'latest', '--reporter', `${name}=${name}.out`]),
      ['eval', '--shard', '1/1', '--shard-file', 'part.out'],
      ['lint', '--sarif', 'lint.out'],
      ['diff', 'HEAD', '--html', 'diff.out'],
      ['compare', 'latest', 'latest', '--html', 'compare.out'],
    ];
    for (const suite of [files['evals/hello.eval.yaml'], failing]) {
      await project.write('evals/hello.eval.yaml', suite);
      await runCli(['eval'], { cwd: project.dir });
      const run = async () => {
        for (const args of commands) {
          const { code, stderr } = await runCli(args, { cwd: project.dir });
          expect([args, code, stderr]).toEqual([args, expect.toBeOneOf([0, 1]), expect.not.stringContaining('error')]);
        }
      };
      await run();
      project.commit();
      await run();
    }
  });

  it('the file of a part is one of them', async () => {
    const project = await makeProject(files);
    const args = ['eval', '--shard', '1/1', '--shard-file', 'a.jsonl', '--reporter', 'json=a.jsonl'];
    expect((await runCli(args, { cwd: project.dir })).code).toBe(2);
  });

  it('of two processes one has it all', async () => {
    const project = await makeProject(files);
    const start = () =>
      runCli(['eval', '--reporter', 'json=a.json', '--reporter', 'junit=a.xml'], { cwd: project.dir });
    for (const { code } of await Promise.all([start(), start(), start()])) expect(code).toBe(0);
    expect(await project.readJson('a.json')).toMatchObject({ verdict: 'pass' });
    expect((await project.read('a.xml')).match(/<testsuites/g)).toHaveLength(1);
    expect((await project.list()).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });
});

it('the earlier report stays until the new one is whole, and keeps its rights', async () => {
  const project = await makeProject(files);
  await runCli(['eval', '--reporter', 'json=a.json'], { cwd: project.dir });
  await chmod(project.path('a.json'), 0o640);
  const before = await stat(project.path('a.json'));
  expect((await runCli(['eval', '--reporter', 'json=a.json'], { cwd: project.dir })).code).toBe(0);
  const after = await stat(project.path('a.json'));
  expect([after.mode, after.ino === before.ino]).toEqual([before.mode, false]);
});

describe.skipIf(!onLinux)('what is no file of a disk is a target as well', () => {
  const verdictOf = (written: string) => (JSON.parse(written) as { verdict: string }).verdict;

  it('/dev/null', async () => {
    const project = await makeProject(files);
    const args = ['eval', '--reporter', 'json=/dev/null', '--reporter', 'junit=/dev/null'];
    expect((await runCli(args, { cwd: project.dir })).code).toBe(0);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('%s, whatever it leads to', async (target) => {
    const project = await makeProject(files);
    const args = [bin, 'eval', '--quiet', '--reporter', `json=${target}`];
    const piped = execFileSync(process.execPath, args, { cwd: project.dir, encoding: 'utf8' });
    expect(piped.slice(piped.lastIndexOf('}') + 1)).toMatch(/^\nPASS/);
    const file = openSync(project.path('out.txt'), 'w');
    execFileSync(process.execPath, args, { cwd: project.dir, stdio: ['ignore', file, 'ignore'] });
    closeSync(file);
    const kept = readFileSync(project.path('out.txt'), 'utf8');
    expect(verdictOf(kept.slice(0, kept.lastIndexOf('}') + 1))).toBe('pass');
    expect(kept).toMatch(/PASS/);
  });

  it('an open file by its number: a pipe, a socket, a file', async () => {
    const project = await makeProject(files);
    const args = [bin, 'eval', '--quiet', '--reporter', 'json=/dev/fd/3'];
    const child = spawn(process.execPath, args, { cwd: project.dir, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    const pipe = child.stdio[3];
    if (!pipe || !('read' in pipe)) throw new Error('no pipe');
    expect(verdictOf(await text(pipe))).toBe('pass');
    const file = openSync(project.path('out.json'), 'w');
    execFileSync(process.execPath, args, { cwd: project.dir, stdio: ['ignore', 'ignore', 'inherit', file] });
    closeSync(file);
    expect(verdictOf(readFileSync(project.path('out.json'), 'utf8'))).toBe('pass');
  });

  it('an open file that there is not: exit 3', async () => {
    const project = await makeProject(files);
    const { code, stderr } = await runCli(['eval', '--reporter', 'json=/dev/fd/999'], { cwd: project.dir });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: cannot write \/dev\/fd\/999: EBADF/)]);
  });

  it('a pipe with a name', async () => {
    const project = await makeProject(files);
    execFileSync('/usr/bin/env', ['mkfifo', project.path('pipe')]);
    const reader = spawn('cat', [project.path('pipe')], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = text(reader.stdout);
    expect((await runCli(['eval', '--reporter', 'json=pipe'], { cwd: project.dir })).code).toBe(0);
    expect(verdictOf(await read)).toBe('pass');
    expect((await stat(project.path('pipe'))).isFIFO()).toBe(true);
  });
});

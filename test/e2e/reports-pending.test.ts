import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

const llmci = fileURLToPath(new URL('../../bin/llmci.js', import.meta.url));

const setUp = () =>
  makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      gates: [{ metric: 'pass', min: 0.9 }],
      cases: Array.from({ length: 500 }, (_, index) => ({
        id: `c${index}`,
        vars: { ticket: `ok ${'x'.repeat(500)}` },
      })),
    },
  });

/** A project whose run was killed so: one that all tests get a copy of. */
let killed: Project;
beforeAll(async () => {
  killed = await setUp();
  await killBeforeReports(killed);
});
afterAll(() => killed.remove());
async function copyOfKilled(): Promise<Project> {
  const copy = await makeProject();
  await cp(killed.dir, copy.dir, { recursive: true });
  return copy;
}

/** Kills a run whose first report nobody reads, when its summary is written. Its other reports are not. */
async function killBeforeReports(project: Project, more: readonly string[] = []): Promise<void> {
  const args = ['eval', '--no-cache', '--reporter', 'json=-', '--reporter', 'junit=out/report.xml', ...more];
  const child = spawn(process.execPath, [llmci, ...args], { cwd: project.dir, stdio: ['ignore', 'pipe', 'ignore'] });
  afterThisTest(() => child.kill('SIGKILL'));
  const summary = async () => (await project.list()).some((path) => path.endsWith('/run.json'));
  await vi.waitFor(async () => expect(await summary()).toBe(true), { timeout: 30_000 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await project.list()).not.toContain('out/report.xml');
}

describe('a run that was killed between its summary and its reports', () => {
  it('is finished by --resume: its reports are written, and no flag need be repeated', async () => {
    const project = await copyOfKilled();
    expect((await runCli(['runs'], { cwd: project.dir })).stdout).toContain('unfinished');
    const { code, stdout } = await runCli(['eval', '--resume'], { cwd: project.dir });
    expect([code, stdout.includes('PASS')]).toEqual([0, true]);
    expect(await project.read('out/report.xml')).toContain('<testsuites');
    expect((await runCli(['runs'], { cwd: project.dir })).stdout).not.toContain('unfinished');
    const none = await runCli(['eval', '--resume'], { cwd: project.dir });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no run to go on with')]);
  });

  it('writes its part of a plan too', async () => {
    const project = await setUp();
    await killBeforeReports(project, ['--shard', '1/2']);
    expect((await runCli(['eval', '--resume'], { cwd: project.dir })).code).toBe(0);
    expect(await project.list()).toContain('.llmci/shards/1-of-2.jsonl');
  });

  it('writes nothing outside of the project that only a file of its folder names', async () => {
    const project = await copyOfKilled();
    const pending = (await project.list()).find((path) => path.endsWith('/reports.json')) ?? 'none';
    const outside = await makeProject({});
    await project.write(pending, {
      reports: [
        { name: 'junit', file: outside.path('stolen.xml') },
        { name: 'junit', file: '../stolen.xml' },
        { name: 'no-reporter', file: 'x' },
      ],
    });
    const { code, stderr } = await runCli(['eval', '--resume'], { cwd: project.dir });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/junit=.*stolen\.xml is outside of the project, and was not/),
    ]);
    expect(await outside.list()).toEqual([]);
  });
});

it('a report that could not be written is written by --resume', async () => {
  const project = await copyOfKilled();
  await rm(project.path('out'), { recursive: true });
  await project.write('out', 'a file in place of a folder');
  const again = await runCli(['eval', '--resume', '--reporter', 'junit=report.xml'], { cwd: project.dir });
  expect(again.code).toBe(3);
  await rm(project.path('out'));
  expect((await runCli(['eval', '--resume'], { cwd: project.dir })).code).toBe(0);
  expect(await project.list()).toEqual(expect.arrayContaining(['out/report.xml', 'report.xml']));
});

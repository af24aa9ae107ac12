import { expect, it } from 'vitest';
import { runCli, runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const files = {
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cases: [{ vars: { text: 'hello' } }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.5 }],
  },
};

it('a report to - is on standard output, alone', async () => {
  const project = await makeProject(files);
  const llmci = (...args: string[]) => runProcess(args, { cwd: project.dir });
  const junit = await llmci('eval', '--quiet', '--reporter', 'junit=-');
  expect(junit.code).toBe(0);
  expect(junit.stdout).toMatch(/^<\?xml .*<\/testsuites>\n$/s);
  const markdown = await llmci('report', 'latest', '--reporter', 'markdown=-');
  expect(markdown.stdout).toMatch(/^## ✅ llmci: pass\n/);
  const json = await llmci('eval', '--json', '--reporter', 'markdown=report.md');
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'pass' });
  const paths = await project.list();
  expect([paths.includes('-'), paths.includes('report.md')]).toEqual([false, true]);
});

it('a large report in a pipe is all that is said', async () => {
  const cases = Array.from({ length: 30 }, (_, index) => ({ vars: { text: `hello ${index} ${'x'.repeat(200_000)}` } }));
  const project = await makeProject({
    ...files,
    'evals/hello.eval.yaml': { ...files['evals/hello.eval.yaml'], cases },
  });
  const { code, stdout, stderr } = await runProcess(['eval', '--json'], { cwd: project.dir });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.length).toBeGreaterThan(6_000_000);
});

it.each([
  [['eval', '--reporter', 'json', '--reporter', 'markdown=-'], 'json and markdown'],
  [['eval', '--json', '--reporter', 'junit=-'], 'junit and json'],
  [['report', 'latest', '--reporter', 'console', '--reporter', 'json'], 'console and json'],
])('%j: two reports for standard output, exit 2', async (args, names) => {
  const project = await makeProject(files);
  const { code, stdout, stderr } = await runProcess(args, { cwd: project.dir });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`--reporter: ${names} cannot both go to standard output`);
  expect(await project.list()).toEqual(Object.keys(files).sort());
});

it.each(['eval', 'rescore', 'merge x.jsonl'])('%s takes one of --quiet and --json', async (command) => {
  const project = await makeProject(files);
  const { code, stderr } = await runCli([...command.split(' '), '--quiet', '--json'], { cwd: project.dir });
  expect([code, stderr]).toEqual([2, expect.stringContaining('--quiet and --json each say what to print; use one')]);
});

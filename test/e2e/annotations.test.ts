import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { sarifLogSchema } from '../helpers/sarif.js';

// What failed is told at its line, from the root of the repository, to GitHub, GitLab and code scanning.

const ROWS = [
  '{"id": "a", "vars": {"text": "hello ::error::x"}}',
  '',
  '{"id": "b", "vars": {"text": "bye %0A::error::y"}}',
];
const FILES = {
  'shop/llmci.yaml': {},
  'shop/prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'shop/prompts/hello.thresholds.yaml': 'gates:\n  - { metric: latency, max: 1m }\n  - metric: pass\n    min: 1\n',
  'shop/fixtures/hello.cases.jsonl': ROWS.join('\n'),
  'shop/evals/hello.eval.yaml': [
    'prompt: hello',
    'dataset: ../fixtures/hello.cases.jsonl',
    'cases:',
    '  - { id: c, vars: { text: hello } }',
    '  - id: d',
    '    vars: { text: good }',
    'metrics: [{ metric: contains, value: hello }, { metric: latency }]',
  ].join('\n'),
};

async function evaluate(...reporters: readonly string[]) {
  const project = await makeProject(FILES);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project.dir, stdio: 'pipe' });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '-qm', 'all');
  const args = ['eval', ...reporters.flatMap((name) => ['--reporter', name])];
  return { project, ...(await runCli(args, { cwd: join(project.dir, 'shop') })) };
}

it('github: the console report, then commands at the lines of gates and cases', async () => {
  const { code, stdout } = await evaluate('github');
  expect(code).toBe(1);
  expect(stdout).toContain('FAIL (exit code 1)');
  const commands = stdout.split('\n').filter((line) => /^\s*::/.test(line));
  expect(commands.map((line) => line.slice(0, line.indexOf(',title=')))).toEqual([
    '::error file=shop/prompts/hello.thresholds.yaml,line=3,col=1',
    '::error file=shop/evals/hello.eval.yaml,line=5,col=1',
    '::error file=shop/fixtures/hello.cases.jsonl,line=3,col=1',
  ]);
});

it('sarif and gitlab: the same places', async () => {
  const { project } = await evaluate('sarif', 'gitlab');
  const log = sarifLogSchema.parse(await project.readJson('shop/llmci.sarif'));
  const places = (log.runs[0]?.results ?? []).map(({ ruleId, locations: [first] }) => [
    ruleId,
    first?.physicalLocation.artifactLocation.uri,
    first?.physicalLocation.region.startLine,
  ]);
  expect(places).toEqual([
    ['gate', 'shop/prompts/hello.thresholds.yaml', 3],
    ['failing-case', 'shop/evals/hello.eval.yaml', 5],
    ['failing-case', 'shop/fixtures/hello.cases.jsonl', 3],
  ]);
  const issues = (await project.readJson('shop/llmci-code-quality.json')) as { location: { path: string } }[];
  expect(issues.map(({ location }) => location.path)).toEqual(places.map(([, file]) => file));
});

it('standard output has one writer besides people', async () => {
  const { code, stderr } = await evaluate('github', 'json');
  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot both go to standard output')]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// Every workflow that llmci writes or shows, and its action, read by GitHub's own parser: keys, values and expressions.

const trace = new NoOperationTraceWriter();

async function faultsOfWorkflow(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, trace);
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

function faultsOfAction(content: string): readonly string[] {
  const { context } = parseAction({ name: 'action.yml', content }, trace);
  return context.errors.getErrors().map(({ message }) => message);
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('workflows of GitHub', () => {
  it.each([
    ['in a project of npm', { 'package.json': { devDependencies: { llmci: '1' } }, 'package-lock.json': {} }, []],
    ['without a package.json', {}, []],
    ['without a key', {}, ['--keyless']],
    ['in a folder with a blank', { 'my apps/bot/llmci.yaml': '{}\n', '.git/HEAD': 'ref: refs/heads/main\n' }, []],
  ])('have no fault %s', async (_, files: Record<string, string | object>, flags: readonly string[]) => {
    const project = await makeProject(files);
    const cwd = project.path('my apps/bot/llmci.yaml' in files ? 'my apps/bot' : '.');
    expect((await runCli(['init', '--ci', 'github', '--delivery', ...flags], { cwd })).code).toBe(0);
    const paths = (await project.list()).filter((path) => path.startsWith('.github/workflows/'));
    expect(paths).toHaveLength(3);
    for (const path of paths)
      expect([path, await faultsOfWorkflow(path, await project.read(path))]).toEqual([path, []]);
  });

  it.each(
    readdirSync(new URL('../../docs/guide/', import.meta.url)).flatMap((page) =>
      [...read(`docs/guide/${page}`).matchAll(/```yaml\n(# \.github\/workflows\/[\w.-]+\n[\s\S]*?)```/g)].map(
        ([, block = '']) => [page, block.split('\n')[0], block] as const,
      ),
    ),
  )('have no fault as %s shows them: %s', async (page, _, block) => {
    expect(await faultsOfWorkflow(page, block)).toEqual([]);
  });

  it('would be told of a fault', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
    const wrong = 'on: push\njobs: { a: { runs-on: x, steps: [{ run: a, iff: b }, { run: "${{ nope.a }}" }] } }\n';
    expect(await faultsOfWorkflow('wrong.yml', wrong)).toEqual([
      expect.stringContaining("Unexpected value 'iff'"),
      expect.stringContaining('nope'),
    ]);
  });
});

it('the action has no fault, and one would be told', () => {
  expect(faultsOfAction(read('action.yml'))).toEqual([]);
  expect(faultsOfAction(read('action.yml').replace('using: composite', 'use: composite'))).not.toEqual([]);
});

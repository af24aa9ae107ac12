import { describe, expect, it } from 'vitest';
import { makeProject } from '../../test/helpers/project.js';
import { lintFiles } from '../project/lint/lint.js';
import { textsOfMessages } from '../project/lint/lint-view.js';
import { readWhatCanBeRead } from '../project/load.js';
import { lintRules, ruleIds } from './index.js';
import type { Rule, RuleExample } from './rule.js';

const TODAY = '2026-11-28';

/** What one rule finds in an example, each as the rest of its line from where it points at. */
async function findingsOf({ id }: Rule, { prompt, files = {}, base }: RuleExample): Promise<readonly string[]> {
  const project = await makeProject({ 'prompts/example.prompt.yaml': prompt, ...files });
  const read = await readWhatCanBeRead({ cwd: project.dir, thorough: true, env: {} });
  await read.project.threads.close();
  expect(read.problems.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  const linted = await lintFiles(read, TODAY, base === undefined ? null : await textsIn(base));
  const own = linted.problems.filter(({ rule }) => rule === id);
  return Promise.all(
    own.map(async ({ file, line, column }) => {
      const text = await project.read(file);
      return text
        .split('\n')
        .slice(line - 1)
        .join('\n')
        .slice(column - 1);
    }),
  );
}

async function textsIn(base: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const project = await makeProject({ 'prompts/example.prompt.yaml': base });
  const { project: read } = await readWhatCanBeRead({ cwd: project.dir, env: {} });
  await read.threads.close();
  return new Map([...read.prompts].map(([id, { prompt }]) => [id, textsOfMessages(prompt)]));
}

describe.each(lintRules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  it.each(rule.examples.bad.map((example) => [example.describe, example] as const))('finds: %s', async (_, example) => {
    const [first, ...others] = await findingsOf(rule, example);
    expect(first).toBeDefined();
    expect(
      [first, first?.trimStart()].some((text) => text?.startsWith(example.finds ?? '?')),
      `${first} begins with ${example.finds}`,
    ).toBe(true);
    // An example shows one thing
    expect(others).toEqual([]);
  });

  it.each(rule.examples.good.map((example) => [example.describe, example] as const))(
    'says nothing: %s',
    async (_, example) => {
      expect(await findingsOf(rule, example)).toEqual([]);
    },
  );
});

it('every rule has a name of its own and shows what it finds and what it leaves alone', () => {
  expect(new Set(ruleIds).size).toBe(ruleIds.length);
  for (const { id, examples } of lintRules) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([id, examples.bad.length > 0, examples.good.length > 0]).toEqual([id, true, true]);
    for (const { finds } of examples.bad) expect(finds).toBeTruthy();
  }
});

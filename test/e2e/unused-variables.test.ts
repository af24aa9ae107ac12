import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const projectWith = (
  content: string,
  cases: readonly object[],
  more: object = {},
  files: Readonly<Record<string, object | string>> = {},
) =>
  makeProject({
    'prompts/ask.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content }] },
    'evals/ask.eval.yaml': {
      prompt: 'ask',
      cases,
      metrics: [{ metric: 'length', max: 1000 }],
      gates: [{ metric: 'pass', min: 1 }],
      ...more,
    },
    ...files,
  });
const two = [{ vars: { question: 'one?' } }, { vars: { question: 'two?' } }];
const warningsOf = async (project: Awaited<ReturnType<typeof makeProject>>) => {
  const { code, stdout } = await runCli(['validate', '--json'], { cwd: project.dir });
  const told = JSON.parse(stdout) as { problems: { rule: string; message: string }[] };
  // Duplicate cases and idle gates have tests of their own
  const problems = told.problems.filter(({ rule }) => rule.endsWith('variable') || rule === 'same-request');
  return { code, rules: problems.map(({ rule }) => rule), messages: problems.map(({ message }) => message).join('\n') };
};

describe('a variable that no template uses', () => {
  it.each(['{question}', '{ question }', '<{question}>', 'Answer: {question}!'])(
    '%j is told as left over',
    async (content) => {
      const project = await projectWith(content, two);
      const { code, rules, messages } = await warningsOf(project);
      expect([code, [...rules].sort()]).toEqual([0, ['leftover-variable', 'same-request', 'unused-variable']]);
      expect(messages).toContain('write {{ question }}');
      expect(messages).toContain('no message of prompt ask uses variable question');
      expect(messages).toContain('all 2 cases ask prompt ask the same');
      const { code: exit, stdout } = await runCli(['eval'], { cwd: project.dir });
      expect([exit, stdout]).toEqual([0, expect.stringContaining('all 2 cases ask prompt ask the same')]);
    },
  );

  it('is told with its place', async () => {
    const project = await projectWith('Hello {{ name }}', [
      { vars: { name: 'a', tone: 'x' } },
      { vars: { name: 'b', tone: 'y' } },
    ]);
    const { stdout } = await runCli(['validate'], { cwd: project.dir });
    expect(stdout).toMatch(/evals\/ask\.eval\.yaml:3:\d+ {2}warning: no message of prompt ask uses variable tone/);
  });

  it.each<[string, string, object]>([
    ['all are used', '{{ question }}', {}],
    ['a filter or tag uses it', '{% if question %}{{ question | upcase }}{% endif %}', {}],
    ['a metric uses it', '{{ question }} ', { metrics: [{ metric: 'contains', value: 'x', min: 0 }] }],
    [
      'cases are alike by it',
      '{{ question }}',
      { group: 'topic', cases: two.map(({ vars }) => ({ vars: { ...vars, topic: 't' } })) },
    ],
    ['braces are JSON', '{"question": "{{ question }}"}', {}],
    [
      'turns use it, in the same words for all cases',
      'go',
      { cases: two.map(({ vars }) => ({ vars, turns: [{ user: 'Now {{ question }}' }] })) },
    ],
  ])('nothing is told when %s', async (_, content, more) => {
    expect(
      (await warningsOf(await projectWith(content, two, more))).rules.filter((rule) => rule !== 'no-gates'),
    ).toEqual([]);
  });

  it('nothing is told of an app or program, which gets the variables themselves', async () => {
    const app = { 'llmci.yaml': { providers: { app: { type: 'exec', command: ['cat'] } } } };
    expect((await warningsOf(await projectWith('go', two, { models: ['app'] }, app))).rules).toEqual([]);
  });

  it('one case asks the same as itself', async () => {
    expect((await warningsOf(await projectWith('hello', [{ vars: {} }]))).rules).toEqual([]);
    expect((await warningsOf(await projectWith('hello', [{ vars: {} }, { vars: {} }]))).rules).toEqual([
      'same-request',
    ]);
  });

  it('is used when one of two prompts uses it', async () => {
    const project = await projectWith(
      '{{ question }}',
      two,
      { prompt: undefined, prompts: ['ask', 'tell'] },
      {
        'prompts/tell.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'tell me' }] },
      },
    );
    expect((await warningsOf(project)).rules).toEqual(['same-request']);
  });

  it('that was meant to be the answer, the id or the tags is told so', async () => {
    const dataset = { dataset: 'rows.csv', cases: undefined };
    const rows = { 'evals/rows.csv': 'ID,question,Expected\n1,one?,yes\n2,two?,no\n' };
    const unused = await projectWith('{{ question }}', [], dataset, rows);
    expect((await warningsOf(unused)).messages).toBe(
      'no message of prompt ask uses variables ID, Expected; of a case id and expected must be in small letters',
    );
    const needed = await projectWith('{{ question }}', [], { ...dataset, metrics: [{ metric: 'equals' }] }, rows);
    const { code, stderr } = await runCli(['validate'], { cwd: needed.dir });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'case row-1 has no `expected`, which metric equals needs; its Expected is a variable, since it is not in small letters',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { isTextMessage } from '../../core/requests/prompt-texts.js';
import { LlmciError } from '../../core/text/errors.js';
import { builtInMetrics } from '../../metrics/index.js';
import type { Problem } from '../../model/problem.js';
import { loadProject, type Project } from '../load.js';
import { checkJudge, readShipped } from './load-judges.js';

const judged = builtInMetrics.flatMap(({ type, judge }) => (judge ? [[type, judge] as const] : []));

describe('the prompts that come with llmci', () => {
  it.each(judged)('%s: is there and is as own ones must be', async (_, use) => {
    const shipped = await readShipped(use.prompt);
    if (!shipped) throw new Error(`there is no prompt ${use.prompt}`);
    const problems: Problem[] = [];
    checkJudge(shipped, use, problems);
    expect(problems).toEqual([]);
    expect(shipped.prompt.id).toBe(`judges/${use.prompt}`);
    // Every rule is the suite's own word, which the judge must see
    const system = shipped.prompt.messages.filter(isTextMessage).find(({ role }) => role === 'system')?.content ?? '';
    expect(use.rules.filter((rule) => !system.includes(`{{ ${rule} }}`))).toEqual([]);
  });

  it('is not read from elsewhere', async () => {
    expect(await readShipped('../starter')).toBeNull();
    expect(await readShipped('unknown')).toBeNull();
  });
});

const suite = (metrics: readonly object[]) => ({
  'llmci.yaml': { judge: { model: 'openai/gpt-4.1' } },
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  'evals/hello.eval.yaml': { prompt: 'hello', cases: [{ vars: { text: 'hi' } }], metrics },
});
const rubric = { metric: 'judge', rubric: 'Is it polite?', choices: { yes: 1, no: 0 } };

async function load(files: Readonly<Record<string, string | object>>): Promise<Project | readonly string[]> {
  const project = await makeProject(files);
  try {
    return await loadProject({ cwd: project.dir });
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  }
}

/** Where the prompt of the metric `judge` was read; null when it was not. */
async function judgeOf(files: Readonly<Record<string, string | object>>): Promise<string | null> {
  const loaded = await load(files);
  return 'settings' in loaded ? (loaded.settings.judges.prompts.get('judge')?.path ?? null) : loaded.join('\n');
}

describe('the prompts of judges', () => {
  it('are read only when the project names a judge', async () => {
    const { 'llmci.yaml': _, ...without } = suite([{ metric: 'contains', value: 'hi' }]);
    expect(await judgeOf(without)).toBeNull();
    expect(await judgeOf(suite([rubric]))).toBe('templates/judges/judge.prompt.yaml');
  });

  it('are those of the project, where it has some', async () => {
    const own =
      'messages:\n  - { role: system, content: "{{ rubric }} {{ options }}" }\n  - { role: user, content: "{{ output }}" }\n';
    expect(await judgeOf({ ...suite([rubric]), 'prompts/judges/judge.prompt.yaml': own })).toBe(
      'prompts/judges/judge.prompt.yaml',
    );
  });

  it('are checked at their places', async () => {
    const own = [
      'model: openai/gpt-4.1',
      'messages:',
      '  - role: system',
      '    content: |',
      '      {{ rubrik }}',
      '  - role: developer',
      '    content: "{{ output }}"',
      '  - role: user',
      '    content: |',
      '      {{ options }}',
      '      {{ output | truncate: 200 }}',
      'output: { format: json }',
    ].join('\n');
    expect(await load({ ...suite([rubric]), 'prompts/judges/judge.prompt.yaml': own })).toEqual([
      "prompts/judges/judge.prompt.yaml:1:1 a judge's model is named in llmci.yaml, under `judge`",
      'prompts/judges/judge.prompt.yaml:5:10 variable rubrik is not defined (did you mean rubric?); known: rubric, options',
      'prompts/judges/judge.prompt.yaml:7:18 output is what is judged: use it in a message of the user, where it cannot pass for a rule',
      'prompts/judges/judge.prompt.yaml:11:7 {{ output }} is fenced and must stay whole: use it alone, without a filter',
      "prompts/judges/judge.prompt.yaml:12:1 the form of a judge's answer comes from its metric; leave it out",
    ]);
  });

  it.each([
    '{% assign x = output %}{{ x | upcase }}{{ output }}',
    '{% capture x %}{{ output }}{% endcapture %}{{ output }}',
    '{% for c in output %}{{ c }}{% endfor %}{{ output }}',
  ])('cannot take evidence apart: %s', async (content) => {
    const own = { messages: [{ role: 'user', content }] };
    const problems = await load({ ...suite([rubric]), 'prompts/judges/judge.prompt.yaml': own });
    expect(problems).toEqual([expect.stringContaining('{{ output }} is fenced and must stay whole')]);
  });

  it('must show what is judged', async () => {
    const own = { messages: [{ role: 'user', content: '{{ rubric }}' }] };
    expect(await load({ ...suite([rubric]), 'prompts/judges/judge.prompt.yaml': own })).toEqual([
      'prompts/judges/judge.prompt.yaml:1:1 {{ output }} stands nowhere, so the judge would not see it',
    ]);
  });

  it('must replace one', async () => {
    const own = { messages: [{ role: 'user', content: '{{ output }}' }] };
    expect(await load({ ...suite([rubric]), 'prompts/judges/factualty.prompt.yaml': own })).toEqual([
      'prompts/judges/factualty.prompt.yaml:1:1 no metric asks a judge with the prompt factualty (did you mean factuality?)',
    ]);
  });
});

describe('a project without a judge', () => {
  it('is told at each entry that needs one, with what to add', async () => {
    const files = suite([{ metric: 'contains', value: 'hi' }, rubric]);
    const { 'llmci.yaml': _, ...without } = files;
    const message = 'metric judge needs a judge: add `judge: { model: provider/model }` to llmci.yaml';
    expect(await load(without)).toEqual([`evals/hello.eval.yaml:8:5 ${message}`]);
  });

  it.each([
    [
      { model: 'openia/gpt-4.1' },
      'llmci.yaml:2:10 unknown provider openia in model openia/gpt-4.1 (did you mean openai?)',
    ],
    [{ model: 'openai' }, 'llmci.yaml:2:10 which model of openai? write openai/MODEL'],
    [{ modle: 'openai/gpt-4.1' }, 'llmci.yaml:2:3 unknown key modle (did you mean model?)'],
  ])('is told what is wrong with %j', async (judge, problem) => {
    expect(await load({ ...suite([rubric]), 'llmci.yaml': { judge } })).toEqual([problem]);
  });

  it('is told which variable a case lacks', async () => {
    const files = suite([{ metric: 'faithfulness', context: 'txt' }]);
    expect(await load(files)).toEqual([
      'evals/hello.eval.yaml:3:5 case case-1 has no variable txt, which metric faithfulness needs (did you mean text?)',
    ]);
  });
});

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const GOOD =
  'model: openai/gpt-6-luna\nmodelParameters: { maxTokens: 90 }\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const RETIRED =
  'model: anthropic/claude-sonnet-4-0\nmodelParameters: { maxTokens: 90 }\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';

const lint = async (files: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  const project = await makeProject(files);
  const result = await runCli(['lint', ...args], { cwd: project.dir });
  return { project, ...result };
};

const problemsIn = (stdout: string) =>
  (
    JSON.parse(stdout) as {
      problems: { file: string; line: number; rule: string; severity: string; message: string }[];
    }
  ).problems;

it('the example of this repository has no errors', async () => {
  const { code, stdout } = await runCli(['lint', '--json'], { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
  expect(problemsIn(stdout).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(code).toBe(0);
});

it('a terminal gets whole words in its width, below one another', async () => {
  const project = await makeProject({ 'prompts/a.prompt.yaml': RETIRED });
  const { stdout: whole } = await runCli(['lint'], { cwd: project.dir });
  const { stdout } = await runCli(['lint'], { cwd: project.dir, columns: 80 });
  expect(Math.max(...whole.split('\n').map((line) => line.length))).toBeGreaterThan(80);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(stdout.replace(/\s+/g, ' ')).toBe(whole.replace(/\s+/g, ' '));
  expect(stdout.split('\n').slice(2, -3)).toSatisfy((lines: string[]) => lines.every((line) => /^ {16}\S/.test(line)));
});

describe('the exit code', () => {
  it('is 0 where nothing is wrong, and 1 where a rule finds an error', async () => {
    expect((await lint({ 'prompts/a.prompt.yaml': GOOD })).code).toBe(0);
    const { code, stdout } = await lint({ 'prompts/a.prompt.yaml': RETIRED });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^prompts\/a\.prompt\.yaml\n {2}1:8 {2}error/);
  });

  it('is 2 where a file cannot be read, and the others are looked at all the same', async () => {
    const files = { 'prompts/a.prompt.yaml': RETIRED, 'prompts/b.prompt.yaml': 'messages: 3\n' };
    const { code, stdout } = await lint(files, ['--json']);
    expect(code).toBe(2);
    expect(problemsIn(stdout).map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      'prompts/b.prompt.yaml invalid',
      'prompts/a.prompt.yaml retired-model',
    ]);
  });

  it.each([
    ['names a variable', '{{ nope }}', /variable nope is not defined/],
    ['names a filter', '{{ ticket | upcas }}', /unknown filter upcas/],
    ['ends early', '{{ ticket', /not closed/],
  ])('is 2 where a template %s that is none, also beside recordings of it', async (_, template, message) => {
    const prompt = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
    const suite = { prompt: 'a', cassette: '../fixtures/a.jsonl', cases: [{ id: 'x', vars: { ticket: 'Hi' } }] };
    const project = await makeProject({
      'prompts/a.prompt.yaml': prompt('{{ ticket }}'),
      'evals/a.eval.yaml': { ...suite, metrics: [{ metric: 'contains', value: 'Hi' }] },
    });
    expect((await runCli(['eval', '--record', '--allow-no-gates'], { cwd: project.dir })).code).toBe(0);
    await project.write('prompts/a.prompt.yaml', prompt(template));
    const { code, stdout, stderr } = await runCli(['lint'], { cwd: project.dir });
    expect([code, stdout, stderr]).toEqual([2, expect.stringMatching(message), '']);
  });

  it('is 2 for a file that is not there, or of no part of the project', async () => {
    const files = { 'prompts/a.prompt.yaml': RETIRED };
    for (const [named, message] of [
      ['prompts/b.prompt.yaml', /there is no such file or folder/],
      ['..', /outside of the project/],
    ] as const)
      expect(await lint(files, [named])).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    for (const named of ['.', './', 'prompts/']) expect((await lint(files, [named])).code).toBe(1);
  });

  it('is 2 where there is nothing to look at', async () => {
    expect((await lint({})).code).toBe(2);
  });
});

describe('what a project says of rules', () => {
  it('counts', async () => {
    const levels = (level: string) => ({ 'llmci.yaml': `lint: { rules: { retired-model: ${level} } }\n` });
    expect((await lint({ 'prompts/a.prompt.yaml': RETIRED, ...levels('warn') })).code).toBe(0);
    const { code, stdout } = await lint({ 'prompts/a.prompt.yaml': RETIRED, ...levels('off') }, ['--json']);
    expect([code, problemsIn(stdout)]).toEqual([0, []]);
  });

  it('is checked, with a suggestion, by validate too', async () => {
    const files = { 'prompts/a.prompt.yaml': GOOD, 'llmci.yaml': 'lint:\n  rules: { retired-modle: off }\n' };
    for (const command of ['lint', 'validate']) {
      const project = await makeProject(files);
      const { code, stdout } = await runCli([command, '--json'], { cwd: project.dir });
      const [problem] = problemsIn(stdout);
      expect(code).toBe(2);
      expect(problem?.message).toBe('unknown lint rule retired-modle (did you mean retired-model?)');
      expect(problem?.line).toBe(2);
    }
  });
});

describe('a comment', () => {
  const withComment = (comment: string) => ({ 'prompts/a.prompt.yaml': `${comment}\n${RETIRED}` });

  it('leaves a finding out when it says why', async () => {
    const { code, stdout } = await lint(withComment('# llmci-ignore retired-model: replayed from a cassette'), [
      '--json',
    ]);
    expect([code, problemsIn(stdout)]).toEqual([0, []]);
  });

  it.each([
    ['# llmci-ignore retired-model', 'say why retired-model is ignored'],
    ['# llmci-ignore retired-model:  ', 'say why retired-model is ignored'],
    ['# llmci-ignore', 'which rule is to be ignored?'],
    ['# llmci-ignore retired-modle: because', 'unknown rule retired-modle (did you mean retired-model?)'],
  ])('%s leaves nothing out', async (comment, message) => {
    const { code, stdout } = await lint(withComment(comment), ['--json']);
    expect(code).toBe(1);
    expect(problemsIn(stdout).map(({ rule }) => rule)).toEqual(['ignore-comment', 'retired-model']);
    expect(problemsIn(stdout)[0]?.message).toContain(message);
  });

  it('that nothing is found at is told', async () => {
    const { code, stdout } = await lint({ 'prompts/a.prompt.yaml': `# llmci-ignore retired-model: old\n${GOOD}` }, [
      '--json',
    ]);
    expect(code).toBe(0);
    expect(problemsIn(stdout)[0]?.message).toContain('nothing to ignore');
  });

  it('in a text is text; one before the key of a text is about what stands in it', async () => {
    const prompt = (before: string, inside: string) => `messages:
  - role: user
    ${before}
    content: |
      ${inside}
      Hello {ticket}
input: { schema: { type: object, properties: { ticket: { type: string } } } }
`;
    const comment = '# llmci-ignore foreign-braces: filled in by the app';
    const rulesOf = async (text: string) =>
      problemsIn((await lint({ 'prompts/a.prompt.yaml': text }, ['--json'])).stdout).map(({ rule }) => rule);
    expect(await rulesOf(prompt('# x', comment))).toContain('foreign-braces');
    expect(await rulesOf(prompt(comment, 'x'))).not.toContain('foreign-braces');
  });
});

it('FILE limits what is shown', async () => {
  const files = { 'prompts/a.prompt.yaml': RETIRED, 'prompts/b.prompt.yaml': GOOD };
  expect((await lint(files, ['prompts/b.prompt.yaml'])).code).toBe(0);
  expect((await lint(files, ['prompts/a.prompt.yaml'])).code).toBe(1);
});

it('--sarif and --github say the same as code hosts read it', async () => {
  const { project, stdout } = await lint({ 'prompts/a.prompt.yaml': RETIRED }, ['--github', '--sarif', 'out.sarif']);
  expect(stdout).toMatch(/^::error file=prompts\/a\.prompt\.yaml,line=1,col=8,title=retired-model::/);
  const log = JSON.parse(await project.read('out.sarif')) as {
    runs: { results: { ruleId: string; level: string }[] }[];
  };
  expect(log.runs[0]?.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([['retired-model', 'error']]);
});

it('--base compares with what was there', async () => {
  const project = await makeProject({ 'prompts/a.prompt.yaml': GOOD });
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', project.dir, ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'a');
  await project.write('prompts/a.prompt.yaml', GOOD.replace('{{ ticket }}', '  {{ ticket }}'));
  const { stdout } = await runCli(['lint', '--json', '--base', 'HEAD'], { cwd: project.dir });
  expect(problemsIn(stdout).map(({ rule }) => rule)).toEqual(['blank-change']);
});

it('--fix keeps the line ends of Windows and the mark at the start, and does nothing the second time', async () => {
  const file = (text: string) =>
    `\ufeffmodel: openai/gpt-6-luna # ours\r\nmessages: [{ role: user, content: "${text}" }] # one\r\ninput:\r\n  schema: { properties: { a: {}, b: {} } }\r\n`;
  const { project } = await lint({ 'prompts/a.prompt.yaml': file('Say {a}, then {b}.') }, ['--fix']);
  expect(await project.read('prompts/a.prompt.yaml')).toBe(file('Say {{ a }}, then {{ b }}.'));
  const again = await runCli(['lint', '--fix'], { cwd: project.dir });
  expect([again.stderr, await project.read('prompts/a.prompt.yaml')]).toEqual(['', file('Say {{ a }}, then {{ b }}.')]);
});

it('--fix writes what can be fixed, in any style of YAML, and leaves all else as it is', async () => {
  const file = `# a comment
model:   openai/gpt-6-luna   # kept
modelParameters: { maxTokens: 90 }
messages:
  - role: system
    content: |
      Hello {ticket},
      and one more \u200bword. {{ tone }}
  - role: user
    content: >
      Folded \${name}
      text
  - { role: user, content: "quoted\\u200b {name} text" }
  # llmci-ignore foreign-braces: the app fills it in
  - { role: user, content: "{ticket}" }
input: { schema: { type: object, properties: { ticket: {}, name: {}, tone: {} } } }
`;
  const { project, stderr } = await lint({ 'prompts/a.prompt.yaml': file }, ['--fix']);
  expect(await project.read('prompts/a.prompt.yaml')).toBe(
    file
      .replace('Hello {ticket}', 'Hello {{ ticket }}')
      .replace('\u200bword', 'word')
      .replace('${name}', '{{ name }}')
      .replace('quoted\\u200b {name}', 'quoted {{ name }}'),
  );
  expect(stderr).toContain('fixed prompts/a.prompt.yaml:7  foreign-braces');
});

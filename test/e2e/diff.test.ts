import { expect, it } from 'vitest';
import type { Diff } from '../../src/model/diff.js';
import { runCli } from '../helpers/cli.js';
import { makeDelivery } from '../helpers/delivery-project.js';
import { makeRepository } from '../helpers/repository.js';

const PROMPT = {
  model: 'openai/gpt-6-luna',
  modelParameters: { temperature: 0.2 },
  messages: [
    { role: 'system', content: 'You answer customers of {{ company }}.\nNever tell a password.' },
    { role: 'user', content: '{{ ticket }}' },
  ],
  input: { defaults: { company: 'Acme' } },
  owners: ['@acme/support'],
  risk: 'low',
};
const SUITE = {
  prompt: 'reply',
  cases: [{ id: 'hours', vars: { ticket: 'When are you open?' } }],
  metrics: [{ metric: 'contains', value: 'nine' }],
};

async function setUp(files: Readonly<Record<string, string | object>> = {}) {
  const repository = await makeRepository({
    'prompts/reply.prompt.yaml': PROMPT,
    'prompts/other.prompt.yaml': { messages: [{ role: 'user', content: 'Hello there, {{ name }}!' }] },
    'evals/reply.eval.yaml': SUITE,
    ...files,
  });
  const diff = (...args: readonly string[]) => runCli(['diff', ...args], { cwd: repository.dir });
  const json = async (...args: readonly string[]) => {
    const { stdout, stderr } = await diff(...args, '--json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Diff;
  };
  return { ...repository, diff, json };
}

it('tells whether the cassette is of the prompt as it is now: it is not there, stale, half or wholly recorded anew', async () => {
  const CASSETTE = 'fixtures/reply.cassette.jsonl';
  const kept = { toolCalls: [], finishReason: 'stop', servedModel: null, latencyMs: 1 };
  const entry = (key: string, id: string) => ({
    ...{ key: key.repeat(64), suite: 'reply', prompt: 'reply', model: PROMPT.model, case: id, trial: 1 },
    answer: { text: 'At nine.', usage: { inputTokens: 1, outputTokens: 1 }, ...kept },
  });
  const cassette = (...entries: readonly object[]) =>
    [{ cassette: 1 }, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
  const old = [entry('0', 'hours'), entry('1', 'closed')];
  const { write, commit, json } = await setUp({ 'evals/reply.eval.yaml': { ...SUITE, cassette: `../${CASSETTE}` } });
  const cassetteFit = async (base = 'HEAD') => (await json(base)).prompts[0]?.suites?.[0]?.cassette;

  await write('prompts/reply.prompt.yaml', { ...PROMPT, modelParameters: { temperature: 0.3 } });
  expect(await cassetteFit()).toBe('none');
  await write(CASSETTE, cassette(...old));
  expect(await cassetteFit()).toBe('fits');
  await commit();
  await write('prompts/reply.prompt.yaml', { ...PROMPT, modelParameters: { temperature: 0.4 } });
  expect(await cassetteFit()).toBe('stale');
  await write(CASSETTE, cassette(...old, entry('2', 'hours')));
  expect(await cassetteFit()).toBe('stale');
  // `--record` leaves the lines of old requests
  await write(CASSETTE, cassette(...old, entry('2', 'hours'), entry('3', 'closed')));
  expect(await cassetteFit()).toBe('fits');
});

it('tells what has changed since the last commit, how risky it is, and what of the evidence still fits', async () => {
  const { write, diff } = await setUp();
  await write('prompts/reply.prompt.yaml', {
    ...PROMPT,
    modelParameters: { temperature: 0.7 },
    messages: [{ role: 'system', content: 'You answer customers of {{ company }}.' }, PROMPT.messages[1]],
  });
  const { code, stdout } = await diff();
  expect(code).toBe(0);
  expect(stdout.replace(/[0-9a-f]{12} → [0-9a-f]{12}/, 'OLD → NEW')).toMatchInlineSnapshot(`
    "reply  high risk
      prompts/reply.prompt.yaml, OLD → NEW
      ! the file says risk: low, and this change is of high risk

      why high          a system message was edited
      why high          a guard was removed in the instructions: privacy

      temperature       0.2 → 0.7
      system message 1  edited
          You answer customers of {{ company }}.
          [-Never tell a password.-]
      guard removed     "Never tell a password."

      tokens            19 → 13 (estimated)
      suites            reply: no baseline; no cassette
      owners            @acme/support

    HEAD → the working tree: 1 prompt changed, 1 the same; high risk
    "
  `);
});

it('a file that was only written anew is no change', async () => {
  const { read, write, json } = await setUp();
  const text = await read('prompts/reply.prompt.yaml');
  await write(
    'prompts/reply.prompt.yaml',
    `# told anew\n${text.replace('owners:\n  - "@acme/support"', 'owners: ["@acme/support"]')}\n`,
  );
  expect(await json()).toMatchObject({ prompts: [], same: 2, rules: [], risk: 'low' });
});

it('knows commits, the index and the working tree as states', async () => {
  const { git, write, commit, json } = await setUp();
  const temperature = (value: number) =>
    write('prompts/reply.prompt.yaml', { ...PROMPT, modelParameters: { temperature: value } });
  await temperature(0.3);
  commit();
  await temperature(0.4);
  git('add', '-A');
  await temperature(0.5);
  const change = async (...args: readonly string[]) => {
    const [edit] = (await json(...args)).prompts[0]?.edits ?? [];
    return edit && 'before' in edit ? [edit.before, edit.now] : null;
  };
  expect(await change()).toEqual([0.3, 0.5]);
  expect(await change('HEAD~1')).toEqual([0.2, 0.5]);
  expect(await change('HEAD~1', 'HEAD', 'reply')).toEqual([0.2, 0.3]);
  expect(await change('HEAD', 'index')).toEqual([0.3, 0.4]);
  expect(await change('index')).toEqual([0.4, 0.5]);
  expect(await change('HEAD~1', 'HEAD', 'other')).toBeNull();
});

it('follows a prompt that was renamed, also when it was edited with it', async () => {
  const { git, write, json } = await setUp();
  git('mv', 'prompts/reply.prompt.yaml', 'prompts/answer.prompt.yaml');
  expect((await json()).prompts).toMatchObject([{ id: 'answer', before: { id: 'reply' }, effect: 'changed' }]);
  await write('prompts/answer.prompt.yaml', { ...PROMPT, model: 'openai/gpt-6-sol' });
  const { prompts, rules } = await json();
  expect(prompts).toMatchObject([
    { id: 'answer', before: { id: 'reply' }, edits: [{ what: 'model' }, { name: 'id' }] },
  ]);
  expect([rules, prompts[0]?.suites]).toEqual([[], []]);
  await write('evals/reply.eval.yaml', { ...SUITE, prompt: 'answer' });
  expect(await json()).toMatchObject({ rules: [], prompts: [{ suites: [{ suite: 'reply' }] }] });
});

it('takes no two prompts for one because both have a variable', async () => {
  const { git, write, json } = await setUp({
    'prompts/note.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  });
  git('rm', '-q', 'prompts/note.prompt.yaml');
  await write('prompts/new.prompt.yaml', { model: 'echo', messages: [{ role: 'user', content: '{{ question }}' }] });
  expect((await json()).prompts.map(({ id, effect }) => [id, effect])).toEqual([
    ['new', 'added'],
    ['note', 'removed'],
  ]);
});

it('shows prompts that are new or gone as a whole', async () => {
  const { git, write, diff } = await setUp();
  git('rm', '-q', 'prompts/reply.prompt.yaml');
  await write('prompts/sorting.prompt.yaml', {
    model: 'echo',
    messages: [{ role: 'user', content: 'Sort these {{ things }} by their colour.' }],
  });
  const { stdout } = await diff();
  expect(stdout).toContain('prompts/reply.prompt.yaml, gone');
  expect(stdout).toContain('- You answer customers of {{ company }}.\n      Never tell a password.');
  expect(stdout).toContain('prompts/sorting.prompt.yaml, new');
  expect(stdout).toContain('+ Sort these {{ things }} by their colour.');
  expect(stdout).toContain('none: nothing judges this prompt');
});

it('tells of a broken file on one side, and compares the rest', async () => {
  const { write, json, diff } = await setUp();
  await write('prompts/reply.prompt.yaml', 'messages: [');
  await write('prompts/other.prompt.yaml', { messages: [{ role: 'user', content: 'Bye, {{ name }}!' }] });
  const { prompts, broken } = await json();
  expect(prompts.map(({ id }) => id)).toEqual(['other']);
  expect(broken).toMatchObject([{ side: 'to', file: 'prompts/reply.prompt.yaml', line: 1 }]);
  const { code, stdout } = await diff();
  expect([code, stdout.includes('Not compared')]).toEqual([0, true]);
});

it('shows the messages that a case makes of both sides', async () => {
  const { write, json } = await setUp();
  await write('prompts/reply.prompt.yaml', { ...PROMPT, input: { defaults: { company: 'Bell' } } });
  const [prompt] = (await json('--case', 'hours')).prompts;
  expect(prompt?.rendered).toMatchObject({ case: 'hours', fault: null, edits: [{ effect: 'edited' }] });
  expect(prompt?.rendered?.edits[0]?.now?.text).toContain('customers of Bell');
});

it('rules that were made easier are told beside the prompts', async () => {
  const { write, json } = await setUp({
    'evals/reply.eval.yaml': { ...SUITE, gates: [{ metric: 'pass', min: 0.9 }], dataset: 'c.jsonl' },
    'evals/c.jsonl': [
      { id: 'a', ticket: 'A?' },
      { id: 'b', ticket: 'B?' },
    ],
    'evals/reply.baseline.json': { baseline: 1, columns: [] },
  });
  await write('evals/c.jsonl', [{ id: 'a', ticket: 'Another?' }]);
  await write('evals/reply.baseline.json', { baseline: 1, columns: [], commit: 'x' });
  await write('evals/reply.eval.yaml', {
    ...SUITE,
    dataset: 'c.jsonl',
    metrics: [],
    gates: [{ metric: 'pass', min: 0.8 }],
  });
  await write('llmci.yaml', { judge: { model: 'openai/gpt-6-sol' } });
  const { rules, risk } = await json();
  expect([risk, ...rules.map(({ effect, text }) => `${effect}: ${text}`)]).toEqual([
    'high',
    'weakened: gate pass rate min: pass rate min 0.9 → pass rate min 0.8',
    'weakened: metric contains is gone',
    'weakened: 1 case is gone',
    'altered: 1 case is another',
    'altered: the baseline is another',
    'altered: `judge` is new',
  ]);
});

it.each([
  ['another code of a metric', { 'evals/own.mjs': 'export default 2;\n' }, 'altered: metric ./own.mjs is another'],
  ['another calibration', { 'evals/own.calibration.json': { kappa: 0.1 } }, 'altered: the calibration is another'],
  ['other models', { 'evals/own.eval.yaml': { models: ['echo'] } }, 'altered: models ["echo","x"] → ["echo"]'],
  ['another way to judge', { 'evals/own.eval.yaml': { inference: 'suite' } }, 'altered: inference unset → "suite"'],
  [
    'another service',
    { 'llmci.yaml': { providers: { a: { type: 'exec', command: ['true'] } } } },
    'altered: `providers` is new',
  ],
])('%s is a rule that has changed, at high risk', async (_, files, told) => {
  const own = { prompt: 'reply', models: ['echo', 'x'], metrics: [{ metric: './own.mjs' }] };
  const { write, json } = await setUp({
    'evals/own.eval.yaml': own,
    'evals/own.mjs': 'export default 1;\n',
    'evals/own.calibration.json': { kappa: 0.9 },
  });
  for (const [path, content] of Object.entries(files))
    await write(path, path.endsWith('.eval.yaml') ? { ...own, ...(content as object) } : content);
  const { rules, risk } = await json();
  expect([risk, ...rules.map(({ effect, text }) => `${effect}: ${text}`)]).toEqual(['high', told]);
});

it('what stands in prompts is text in Markdown and in the page', async () => {
  const { write, read, diff, dir } = await setUp();
  const hostile = '</details><script>alert(1)</script> @everyone ``` [x](javascript:1)';
  await write('prompts/reply.prompt.yaml', {
    ...PROMPT,
    description: hostile,
    messages: [{ role: 'system', content: hostile }, PROMPT.messages[1]],
  });
  const { stdout } = await diff('--markdown', '--html', `${dir}/diff.html`);
  expect(stdout.replace(/(`{3,})text\n[\s\S]*?\n\1/g, '')).not.toMatch(/<script|@everyone|(?<!\\)\]\(javascript/);
  const page = await read('diff.html');
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;');
});

it('names what it does not know', async () => {
  const { diff } = await setUp();
  const { code, stderr } = await diff('HEAD', 'replly');
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('there is neither a commit nor a prompt of this name (did you mean reply?)'),
  ]);
  expect((await diff('--case', 'nowhere')).code).toBe(2);
});

it('knows releases, and what is live in an environment, as states', async () => {
  const { llmci, change, write } = await makeDelivery();
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  await change('Good day');
  await llmci('release');
  await write('prompts/other.prompt.yaml', { messages: [{ role: 'user', content: 'Something else' }] });
  const diff = async (...args: readonly string[]) =>
    JSON.parse((await llmci('diff', ...args, '--json')).stdout) as Diff;
  const words = async (...args: readonly string[]) =>
    (await diff(...args)).prompts.map(({ id, effect, edits }) => [id, effect, ...edits.map(({ what }) => what)]);
  expect(await words('reply@1', 'reply@2')).toEqual([['reply', 'changed', 'message']]);
  expect(await words('reply@1')).toEqual([['reply', 'changed', 'message']]);
  const { stdout } = await llmci('diff', 'reply@1', 'reply@2');
  expect(stdout).toMatch(/^reply {2}\w+ risk\n {2}[0-9a-f]{12} → [0-9a-f]{12}\n/);
  expect(stdout).not.toContain('nothing judges');
  expect(await diff('reply@2')).toMatchObject({ prompts: [], same: 1, from: { name: 'reply@2' } });
  expect(await words('dev')).toEqual([
    ['other', 'added', 'message'],
    ['reply', 'changed', 'message'],
  ]);
  expect(await words('dev', 'reply@1')).toEqual([]);
  expect((await llmci('diff', 'reply@9')).code).toBe(2);
});

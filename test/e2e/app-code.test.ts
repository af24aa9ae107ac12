import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// What an app answered before its code changed is no evidence. The app is a real program that is edited between runs.

const BOT = (answer: string) => `import { word } from './words.mjs';
process.stdin.resume();
process.stdin.on('end', () => process.stdout.write(JSON.stringify({ text: '${answer} ' + word })));
`;

async function projectOf(provider: object, files: Readonly<Record<string, string | object>> = {}) {
  const project = await makeProject({
    'llmci.yaml': { providers: { bot: provider } },
    'app/bot.mjs': BOT('yes'),
    'app/words.mjs': "export const word = 'indeed';\n",
    'prompts/p.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: '{{ text }}' }] },
    'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
    'evals/p.eval.yaml': {
      prompt: 'p',
      cassette: '../fixtures/p.cassette.jsonl',
      metrics: [{ metric: 'contains', value: 'yes' }],
      cases: [{ id: 'a', vars: { text: 'hello' } }],
    },
    ...files,
  });
  return project;
}

const run = (project: Project, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(['eval', ...args], { cwd: project.dir, env: { ...env } });
const command = [process.execPath, 'app/bot.mjs'];

describe('a recording of a program', () => {
  it('answers while its code is the same', async () => {
    const project = await projectOf({ type: 'exec', command });
    expect((await run(project, ['--record'])).code).toBe(0);
    const again = await run(project, ['--replay'], { CI: 'true' });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('1 replayed')]);
    expect(again.stdout).not.toContain('whatever its code is now');
  });

  it.each([
    ['the script', 'app/bot.mjs', BOT('no')],
    ['what the script imports from beside it', 'app/words.mjs', "export const word = 'perhaps';\n"],
    ['a new file of its kind', 'app/lib/more.mjs', 'export const more = 1;\n'],
  ])('answers no more when %s has changed', async (_, path, text) => {
    const project = await projectOf({ type: 'exec', command });
    await run(project, ['--record']);
    await project.write(path, text);
    const replay = await run(project, ['--replay']);
    expect(replay.code).toBe(3);
    expect(replay.stdout).toContain('not-recorded');
    const live = await run(project, []);
    expect(live.stdout).toContain('1 live');
    expect(live.code).toBe(path === 'app/bot.mjs' ? 1 : 0);
  });

  it.each([
    ['a script that starts it', 'app/run.sh', 'exec "$NODE" "$(dirname "$0")/bot.mjs"\n', ['sh', 'app/run.sh']],
    ['one without an ending', 'app/run', '#!/bin/sh\nexec "$NODE" "$(dirname "$0")/bot.mjs"\n', ['sh', 'app/run']],
    ['one of the same language', 'app/start.cjs', "import('./bot.mjs');\n", [process.execPath, 'app/start.cjs']],
  ])('answers no more when it has changed beside %s', async (_, path, text, starter) => {
    const provider = { type: 'exec', command: starter, env: ['NODE'] };
    const project = await projectOf(provider, { [path]: text });
    const env = { NODE: process.execPath };
    expect((await run(project, ['--record'], env)).code).toBe(0);
    expect((await run(project, ['--replay'], env)).code).toBe(0);
    await project.write('app/bot.mjs', BOT('no'));
    expect((await run(project, ['--replay'], env)).code).toBe(3);
  });

  it.each([
    ['line ends', 'app/words.mjs', "export const word = 'indeed';\r\n"],
    ['a file of another kind', 'app/README.md', 'words'],
    ['a file elsewhere', 'other/x.mjs', 'export {}'],
  ])('goes on to answer when only %s changed', async (_, path, text) => {
    const project = await projectOf({ type: 'exec', command });
    await run(project, ['--record']);
    await project.write(path, text);
    expect((await run(project, ['--replay'])).code).toBe(0);
  });

  it('is of the files that `code` names, where it is given', async () => {
    const project = await projectOf(
      { type: 'exec', command, code: ['app/*.mjs', 'data/**'] },
      { 'data/x/y.txt': 'one' },
    );
    await run(project, ['--record']);
    expect((await run(project, ['--replay'])).code).toBe(0);
    await project.write('data/x/y.txt', 'two');
    expect((await run(project, ['--replay'])).code).toBe(3);
  });

  it('is of a version, where that is given', async () => {
    const inline = [process.execPath, '-e', "process.stdout.write(JSON.stringify({ text: 'yes' }))"];
    const project = await projectOf({ type: 'exec', command: inline, version: 'env:GIT_SHA' });
    await run(project, ['--record'], { GIT_SHA: 'one' });
    expect((await run(project, ['--replay'], { GIT_SHA: 'one', CI: 'true' })).code).toBe(0);
    expect((await run(project, ['--replay'], { GIT_SHA: 'two', CI: 'true' })).code).toBe(3);
  });

  it('of code that nobody can tell warns, and is refused with --replay in CI unless that is allowed', async () => {
    const inline = [process.execPath, '-e', "process.stdout.write(JSON.stringify({ text: 'yes' }))"];
    const project = await projectOf({ type: 'exec', command: inline, version: 'env:GIT_SHA' });
    await run(project, ['--record'], { GIT_SHA: ' ' });
    const reports = ['--reporter', 'console', '--reporter', 'markdown=r.md'];
    const here = await run(project, ['--replay', ...reports], { GIT_SHA: ' ' });
    expect(here.code).toBe(0);
    expect(here.stdout).toMatch(/PASS .*1 answer of bot is a recording, whatever its code is now/);
    expect(await project.read('r.md')).toContain('whatever its code is now');
    const inCi = await run(project, ['--replay'], { CI: 'true' });
    expect(inCi.code).toBe(2);
    expect(inCi.stderr).toMatch(/bot is an app, and nothing tells[\s\S]*allowUnversioned: true/);
    await project.write('llmci.yaml', {
      providers: { bot: { type: 'exec', command: inline, allowUnversioned: true } },
    });
    const allowed = await run(project, ['--replay'], { CI: 'true' });
    expect([allowed.code, allowed.stdout.includes('whatever')]).toEqual([0, false]);
  });
});

it('of a judge that is a program warns as that of an app does', async () => {
  const verdict = { text: JSON.stringify({ reason: 'It is.', verdict: 'good' }) };
  const inline = [process.execPath, '-e', `process.stdout.write(${JSON.stringify(JSON.stringify(verdict))})`];
  const project = await projectOf(
    { type: 'exec', command },
    {
      'llmci.yaml': {
        providers: { bot: { type: 'exec', command }, court: { type: 'exec', command: inline } },
        judge: { model: 'court' },
      },
      'evals/p.eval.yaml': {
        prompt: 'p',
        cassette: '../fixtures/p.cassette.jsonl',
        metrics: [{ metric: 'judge', rubric: 'Is it yes?', choices: { good: 1, bad: 0 }, min: 0.5 }],
        cases: [
          { id: 'a', vars: { text: 'hello' } },
          { id: 'b', vars: { text: 'hello' }, tags: ['again'] },
        ],
      },
      'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
    },
  );
  // Two equal questions of one run may be one call, and are no recording
  const live = await run(project, []);
  expect([live.code, live.stdout]).toEqual([0, expect.not.stringContaining('whatever')]);
  const recorded = await run(project, ['--record']);
  expect([recorded.code, recorded.stdout]).toEqual([0, expect.not.stringContaining('whatever')]);
  const replay = await run(project, ['--replay']);
  expect([replay.code, replay.stdout]).toEqual([
    0,
    expect.stringMatching(/PASS .*2 answers of court are recordings, whatever its code is now/),
  ]);
  expect((await run(project, ['--replay'], { CI: 'true' })).code).toBe(2);
});

it('globs that name nothing, or lead out, are told at their place', async () => {
  const none = await run(await projectOf({ type: 'exec', command, code: ['src/**/*.py'] }), []);
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/llmci\.yaml:\d+:\d+ {2}src\/\*\*\/\*\.py names no file of the project/);
  const out = await run(await projectOf({ type: 'exec', command, code: ['../**'] }), []);
  expect(out.stderr).toContain('leads out of the project');
});

describe('a provider of a module answers no more from its recordings', () => {
  const files = {
    'app/mine.mjs': `import { answer } from './lib/answer.mjs';
export default {
  type: 'mine', describe: 'Mine.', config: {}, identity: () => ({}),
  create: () => ({ complete: async () => ({ text: answer(), toolCalls: [],
    usage: { inputTokens: 0, outputTokens: 0 }, finishReason: 'stop', servedModel: null }) }),
};
`,
    'app/lib/answer.mjs': `import { createRequire } from 'node:module';
const { say } = createRequire(import.meta.url)('../words.cjs');
export const answer = () => say;
`,
    'app/words.cjs': `module.exports = require('./words.json');\n`,
    'app/words.json': `{ "say": "yes" }\n`,
    'app/other.mjs': '',
  };

  it.each([
    ['app/mine.mjs', 'answer()', `'no'`],
    ['app/lib/answer.mjs', '() => say', `() => 'no'`],
    ['app/words.cjs', `require('./words.json')`, `{ say: 'no' }`],
    ['app/words.json', 'yes', 'no'],
  ])('when %s has changed', async (path, before, after) => {
    const project = await projectOf({ type: './app/mine.mjs' }, files);
    expect((await run(project, ['--record'])).code).toBe(0);
    // Line ends are those of the machine, and other files are no part of it
    for (const each of Object.keys(files))
      await project.write(each, (await project.read(each)).replaceAll('\n', '\r\n'));
    await project.write('app/other.mjs', '// changed');
    expect((await run(project, ['--replay'])).code).toBe(0);
    const text = await project.read(path);
    expect(text).toContain(before);
    await project.write(path, text.replace(before, after));
    expect((await run(project, ['--replay'])).code).toBe(3);
  });
});

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli, runProcess } from '../helpers/cli.js';
import { isWorkflowCommand } from '../helpers/hostile.js';
import { makeProject } from '../helpers/project.js';

// A program answers with what no report may hand on as it is: megabytes, control characters, halves of characters.

const ANSWERS = {
  nul: '\u0000a\u0000b\u0001\u0008\u000b\u001f\u007f\u009b31m\ufffe\uffff',
  halves: 'a\ud83d b\ude00 \ud83d\ud83d',
  escapes: '\u001b]0;title\u0007\u001b[2J\r\n::error::x\n##[add-path]/tmp]]><!-- </testcase>&#0;',
  large: `${'x'.repeat(2_000_000)}\ud83d${'y\n'.repeat(1_000_000)}\u0000`,
  backticks: '` '.repeat(1_500_000),
};
const BOT = `let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', () => {
  const answers = ${JSON.stringify({ ...ANSWERS, large: '', backticks: '' })};
  answers.large = 'x'.repeat(2_000_000) + '\\ud83d' + 'y\\n'.repeat(1_000_000) + '\\0';
  answers.backticks = '\` '.repeat(1_500_000);
  process.stdout.write(JSON.stringify({ text: answers[JSON.parse(input).vars.which] }));
});
`;

it('every report of hostile answers is well-formed and says no more than it should', async () => {
  const ids = Object.keys(ANSWERS);
  const project = await makeProject({
    'bot.mjs': BOT,
    'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
    'prompts/hello.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: '{{ which }}' }] },
    'evals/hello.eval.yaml': {
      prompt: 'hello',
      cassette: '../fixtures/hello.cassette.jsonl',
      cases: ids.map((id) => ({ id, vars: { which: id }, expected: 'good' })),
      metrics: [{ metric: 'equals' }, { metric: 'contains', value: 'good' }, { metric: 'regex', pattern: '^good' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const reports = ['junit=run.xml', 'markdown=run.md', 'json=run.json', 'console'];
  const flags = reports.flatMap((report) => ['--reporter', report]);
  const { code, stdout, stderr } = await runProcess(['eval', '--record', ...flags], {
    cwd: project.dir,
    timeoutMs: 90_000,
  });
  expect([code, stderr.replace(/^llmci: .*\n/gm, '')]).toEqual([1, '']);

  const record = runRecordSchema.parse(await project.readJson('run.json'));
  // Half a character is nothing that a strict reader of JSON would take
  const readable = Object.fromEntries(Object.entries(ANSWERS).map(([id, text]) => [id, text.toWellFormed()]));
  expect(Object.fromEntries(record.results.map((result) => [result.case, result.output?.text]))).toEqual(readable);
  const xml = await project.read('run.xml');
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(xml).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  expect(new XMLParser({ ignoreAttributes: false }).parse(xml)).toMatchObject({ testsuites: { '@_failures': '6' } });
  const markdown = await project.read('run.md');
  for (const text of [xml, markdown, stdout]) {
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(text.split('\n').filter(isWorkflowCommand)).toEqual([]);
    expect(text.length).toBeLessThan(300_000);
  }
  const replayed = await runProcess(['eval', '--replay', '--json'], { cwd: project.dir, timeoutMs: 90_000 });
  expect(runRecordSchema.parse(JSON.parse(replayed.stdout)).results.map((result) => result.output?.text)).toEqual(
    Object.values(readable),
  );
});

it('no command hands on what stands in names, in what it was asked for, or in answers', async () => {
  const name = '\u001b[5mred\u202e##vso[task.x]y';
  const project = await makeProject({
    'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, '-p', '1'] } } },
    'prompts/hello.prompt.yaml': { model: `bot/${name}`, messages: [{ role: 'user', content: `${name} {{ a }}` }] },
    'evals/hello.eval.yaml': {
      prompt: 'hello',
      cases: [{ id: name, vars: { a: name } }],
      metrics: [{ metric: 'contains', value: name }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const commands = [
    ...[
      ['eval'],
      ['eval', '--dry-run'],
      ['eval', '--dry-run', '--json'],
      ['plan'],
      ['plan', '--json'],
      ['runs', '--json'],
    ],
    ...[
      ['show', 'latest', name],
      ['show', 'latest', name, '--json'],
      ['validate', '--json'],
      ['lint', '--json'],
    ],
    ...[[`--${name}`], [name], ['schema', name], ['eval', '--case', name, '--out', name, '--model', name]],
  ];
  for (const command of commands) {
    const { stdout, stderr } = await runCli(command, { cwd: project.dir });
    const said = command.slice(0, 3).join(' ');
    expect(stdout + stderr, said).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(stdout + stderr, said).not.toContain('##vso[');
  }
});

import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliResult, runProcess, startCli } from '../helpers/cli.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// A key of no known shape in every place where a key can be. Services repeat it in answers, tool calls and errors.

const CANARIES = {
  openai: 'canary-of-openai-4711',
  anthropic: 'canary-of-anthropic-4712',
  header: 'canary-of-a-header-4713',
  judge: 'canary-of-the-judge-4714',
  unused: 'canary-of-no-call-4715',
  service: 'canary-of-a-service-4716',
};
const ENV = {
  OPENAI_CANARY: CANARIES.openai,
  HEADER_CANARY: CANARIES.header,
  JUDGE_CANARY: CANARIES.judge,
  UNUSED_CANARY: CANARIES.unused,
  GROQ_API_KEY: CANARIES.service,
};

/** What a service may say with the keys that it was sent: an answer, arguments of a tool, the body of an error. */
const respond: Respond = ({ headers, lastUserText }) => {
  const keys = ['authorization', 'x-api-key', 'x-canary'].map((name) => headers[name]).join(' ');
  if (lastUserText.includes('denied')) return { kind: 'status', status: 403, body: { error: { message: keys } } };
  if (lastUserText.includes('broken')) return { kind: 'status', status: 400, body: `<p>${keys}</p>` };
  const toolCalls = [{ name: 'note', arguments: { keys } }];
  return { kind: 'text', text: `{"choice":"good","reason":"${keys}"}`, toolCalls };
};

it('stands in no file and on no stream, whatever is run and whatever goes wrong', async () => {
  const server = await startModelServer({ respond });
  afterThisTest(() => server.close());
  const cases = ['plain', 'other', 'broken'].map((id) => ({ id, vars: { text: id } }));
  const suite = (prompt: string) => ({
    prompt,
    cassette: `../fixtures/${prompt}.cassette.jsonl`,
    metrics: [
      { metric: 'contains', value: 'good' },
      { metric: 'judge', rubric: 'Is it good?', choices: { good: 1, bad: 0 } },
      { metric: './leak.mjs' },
    ],
    cases,
  });
  const prompt = (model: string) => ({ model, messages: [{ role: 'user', content: '{{ text }}' }] });
  const gates = {
    gates: [
      { metric: 'pass', min: 0.1 },
      { metric: 'pass', maxDrop: 0.5 },
    ],
  };
  const project = await makeProject({
    'llmci.yaml': {
      providers: {
        one: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:OPENAI_CANARY', retries: 0 },
        two: { type: 'anthropic', baseUrl: server.anthropicBaseUrl, apiKey: 'file:keys/two', retries: 0 },
        app: {
          type: 'http',
          url: `${server.url}/chat`,
          headers: { 'x-canary': 'env:HEADER_CANARY' },
          body: { question: '{{ text }}' },
          output: '$.answer',
          retries: 0,
        },
        bot: {
          type: 'exec',
          command: [process.execPath, 'bot.mjs'],
          env: ['OPENAI_CANARY', 'UNUSED_CANARY', 'GROQ_API_KEY'],
        },
        idle: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:UNUSED_CANARY' },
        law: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:JUDGE_CANARY', retries: 0 },
      },
      judge: { model: 'law/judge' },
    },
    // A program that tells all of its environment, and fails for one case
    'bot.mjs': [
      // Marks that are taken out where a text is shown must not hide a key
      "const split = Object.values(process.env).map((value) => [...value].join('\\u202e\\u0007'));",
      "const all = [JSON.stringify(process.env), ...split].join(' ');",
      'console.error(all);',
      "const asked = (await process.stdin.setEncoding('utf8').toArray()).join('');",
      "if (asked.includes('broken')) process.exit(1);",
      'console.log(JSON.stringify({ text: all }));',
    ].join('\n'),
    // A metric that tells the environment of llmci, and prints it, in base64 too
    'evals/leak.mjs': `import { readFileSync } from 'node:fs';
const all = () => JSON.stringify(process.env) + readFileSync('keys/two', 'utf8');
const print = () => console.log(all(), ...Object.values(process.env).map((value) => btoa(unescape(encodeURIComponent(value)))));
print();
const metric = {
  type: 'leak', describe: 'Tells all.', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [],
  score: () => { print(); return { value: 1, reason: all(), detail: { env: { ...process.env } } }; },
};
export default metric;
`,
    'keys/two': `${CANARIES.anthropic}\n`,
    ...Object.fromEntries(
      Object.entries({ one: 'one/m', two: 'two/m', app: 'app', bot: 'bot' }).flatMap(([name, model]) => [
        [`prompts/${name}.prompt.yaml`, prompt(model)],
        [`prompts/${name}.thresholds.yaml`, gates],
        [`evals/${name}.eval.yaml`, suite(name)],
      ]),
    ),
  });
  const results: CliResult[] = [];
  const options = { cwd: project.dir, env: ENV };
  const llmci = async (...args: string[]) => {
    const result = await runProcess(args, options);
    results.push(result);
    return result;
  };
  const reports = ['json=r.json', 'junit=r.xml', 'markdown=r.md'].flatMap((reporter) => ['--reporter', reporter]);

  await llmci('plan');
  await llmci('eval', '--dry-run');
  expect((await llmci('eval', '--record', ...reports)).code).not.toBe(2);
  await llmci('eval', '--replay', '--json');
  const interrupted = startCli(['eval', '--no-cache', '--concurrency', '1'], options);
  await interrupted.waitForOutput(/llmci:/).catch(() => undefined);
  interrupted.kill('SIGINT');
  results.push(await interrupted.result);
  await llmci('eval', '--resume');
  await llmci('eval', 'one', '--batch', '--no-cache', '--case', 'plain');
  for (const part of ['1/2', '2/2']) await llmci('eval', 'one', 'two', '--shard', part, '--no-cache');
  await llmci('merge', '.llmci/shards/1-of-2.jsonl', '.llmci/shards/2-of-2.jsonl');
  await llmci('report', 'latest');
  await llmci('runs');
  await llmci('cache', 'stats');
  await project.write('evals/two.mjs', 'throw new Error(JSON.stringify(process.env));');
  await project.write('evals/two.eval.yaml', { ...suite('two'), metrics: [{ metric: './two.mjs' }] });
  expect((await llmci('validate')).code).toBe(2);
  await project.write('evals/two.eval.yaml', suite('two'));
  await project.write('evals/one.eval.yaml', { ...suite('one'), cases: [{ id: 'denied', vars: { text: 'denied' } }] });
  await llmci('eval', 'one', '--no-cache');
  const asked = server.calls.map(({ headers }) => JSON.stringify(headers)).join();
  for (const name of ['openai', 'anthropic', 'header', 'judge'] as const) expect(asked).toContain(CANARIES[name]);

  const found: string[] = [];
  const look = (place: string, text: string) => {
    // As somebody sees it who has no eyes for marks
    const seen = text.replace(/[\u202e\u0007]|\\u0007/g, '');
    for (const [name, canary] of Object.entries(CANARIES))
      if ([canary, btoa(canary).slice(0, 20)].some((form) => text.includes(form) || seen.includes(form)))
        found.push(`${name} in ${place}`);
  };
  for (const [index, { stdout, stderr }] of results.entries()) look(`the streams of command ${index}`, stdout + stderr);
  for (const path of await project.list()) if (path !== 'keys/two') look(path, await project.read(path));
  expect(found).toEqual([]);
  // What was looked for had been there: answers, errors and tool calls held it
  expect((await project.read('r.json')).split('[redacted]').length).toBeGreaterThan(8);
  // So are the places that were looked into
  const files = (await project.list()).join('\n');
  for (const place of [/cassette\.jsonl/, /results\.jsonl/, /run\.json/, /\.llmci\/cache\/\w/, /shards\//, /r\.xml/])
    expect(files).toMatch(place);
}, 240_000);

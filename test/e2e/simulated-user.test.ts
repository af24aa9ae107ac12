import { describe, expect, it } from 'vitest';
import type { Behaviour, Respond } from '../helpers/model-server/behaviour.js';
import { KEY, makeServedProject, type ServedOptions } from '../helpers/served-project.js';

// Cases whose user is played by a model: its lines are asked for, recorded, paid and gone on with like everything.

const PRICES = { 'fake/model-1': { input: 1000, output: 1000 }, 'fake/user-1': { input: 0, output: 10_000 } };
const usage = { inputTokens: 10, outputTokens: 5 };
const line = (message: string, done = false): Behaviour => ({
  kind: 'text',
  text: JSON.stringify({ done, message }),
  usage,
});

interface Body {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}
const bodyOf = (body: unknown) => body as Body;
const isUser = (body: unknown) => bodyOf(body).model === 'user-1';
const heard = (body: unknown) =>
  bodyOf(body)
    .messages.at(-1)
    ?.content.match(/\[assistant\]/g)?.length ?? 0;

/** The model repeats what it hears; the user says two lines and is done. */
const talk: Respond = ({ body, lastUserText }) => {
  if (!isUser(body)) return { kind: 'text', text: `ok ${lastUserText}`, usage };
  const answers = heard(body);
  return answers < 3 ? line(`line ${answers}`) : line('', true);
};

const simulate = { persona: 'You are {{ name }}.', goal: 'A refund for {{ ticket }}.', model: 'fake/user-1' };
const suite = {
  cassette: '../fixtures/reply.jsonl',
  cases: [1, 2].map((each) => ({ id: `c${each}`, vars: { ticket: `hello ${each}`, name: 'Ann' }, simulate })),
};
const options: ServedOptions = { suite, config: { prices: PRICES }, provider: { concurrency: 1 } };

describe('a simulated user', () => {
  it('talks until it is done; its lines are recorded, priced apart from the sample, and replayed without a key', async () => {
    const served = await makeServedProject({ respond: talk }, options);
    const { result, record } = await served.record(['eval', '--record']);
    expect([result.code, result.stderr.includes('bug')]).toEqual([0, false]);
    const [first] = record.results;
    expect(first?.output?.conversation?.map(({ role, content }) => [role, content])).toEqual([
      ['assistant', 'ok hello 1'],
      ['user', 'line 1'],
      ['assistant', 'ok line 1'],
      ['user', 'line 2'],
      ['assistant', 'ok line 2'],
    ]);
    // Three answers of the model; what its user cost is in the total only
    expect(first?.output?.usd).toBeCloseTo((3 * 15) / 1000, 9);
    expect(record.usage.calls.live).toBe(12);
    expect(record.usage.usd).toBeCloseTo(2 * ((3 * 15) / 1000 + (3 * 50) / 1000), 9);

    const asked = served.server.calls.map(({ body }) => body).filter(isUser);
    const [system, said] = bodyOf(asked[1]).messages;
    expect(system?.content).toContain('You are Ann.');
    expect(system?.content).toContain('A refund for hello 1.');
    expect(system?.content).not.toContain('ok line 1');
    expect(said?.content).toMatch(/<<<begin conversation 1 \w{32}>>>\n\[user\]\nhello 1/);

    const calls = served.server.stats().calls;
    const replayed = await served.record(['eval', '--replay'], { env: { FAKE_KEY: undefined } });
    expect([replayed.result.code, served.server.stats().calls]).toEqual([0, calls]);
    expect(replayed.record.results.map(({ output }) => output?.conversation)).toEqual(
      record.results.map(({ output }) => output?.conversation),
    );
    const again = await served.record(['eval', '--no-cache'], { env: { FAKE_KEY: undefined } });
    expect([again.result.code, served.server.stats().calls]).toEqual([0, calls]);
  });

  it('speaks first where the prompt asks nothing, says no more than maxTurns lines, and another trial is another talk', async () => {
    let said = 0;
    const respond: Respond = (call) => (isUser(call.body) ? line(`line ${++said}`) : talk(call));
    const served = await makeServedProject(
      { respond },
      {
        ...options,
        prompt: { messages: [{ role: 'system', content: 'Help with {{ ticket }}.' }] },
        suite: {
          trials: 2,
          cases: [{ id: 'c1', vars: { ticket: 't', name: 'Ann' }, simulate: { ...simulate, maxTurns: 2 } }],
        },
      },
    );
    const { result, record } = await served.record(['eval']);
    expect(result.code).toBe(0);
    expect(record.results.map(({ output }) => output?.conversation?.map(({ content }) => content))).toEqual([
      ['line 1', 'ok line 1', 'line 2', 'ok line 2'],
      ['line 3', 'ok line 3', 'line 4', 'ok line 4'],
    ]);
    const cached = await served.record(['eval']);
    expect([cached.record.usage.calls.live, said]).toEqual([0, 4]);
  });

  it.each([
    [
      'says nothing usable',
      (): Behaviour => ({ kind: 'text', text: 'Refund!' }),
      'bad-response',
      /asked twice and gave no usable line/,
    ],
    ['is done before it said anything', () => line('', true), 'bad-response', /done before anything was said/],
    [
      'cannot be reached',
      (): Behaviour => ({ kind: 'status', status: 400 }),
      'invalid-request',
      /simulated user \(fake\/user-1\) gave no line: HTTP 400/,
    ],
  ])('that %s is an error of the sample, never a bad answer', async (_, answer, kind, message) => {
    const respond: Respond = (call) => (isUser(call.body) ? answer() : talk(call));
    const prompt = { messages: [{ role: 'system', content: 'Help with {{ ticket }}.' }] };
    const served = await makeServedProject({ respond }, { ...options, prompt });
    const { result, record } = await served.record(['eval']);
    expect(result.code).toBe(3);
    expect(record.results[0]).toMatchObject({ output: null, scores: [], error: { kind } });
    expect(record.results[0]?.error?.message).toMatch(message);
  });

  it('is within the budget line by line, and goes on where it stopped, asking nothing twice', async () => {
    const config = { prices: PRICES, budget: { calls: 8 } };
    const served = await makeServedProject({ respond: talk }, { ...options, config });
    const { result, record } = await served.record(['eval', '--no-cache']);
    expect([result.code, served.server.stats().calls, record.usage.calls.live]).toEqual([3, 8, 8]);
    const still = await served.record(['eval', '--resume', record.runId]);
    expect([still.result.code, served.server.stats().calls]).toEqual([3, 8]);
    await served.project.write(
      'llmci.yaml',
      (await served.project.read('llmci.yaml')).replace(/calls: 8/, 'calls: 12'),
    );
    const resumed = await served.record(['eval', '--resume', record.runId]);
    expect([resumed.result.code, served.server.stats().calls]).toEqual([0, 12]);
    expect(resumed.record.usage.calls.live).toBe(12);
    expect(resumed.record.usage.usd).toBeCloseTo(2 * ((3 * 15) / 1000 + (3 * 50) / 1000), 9);
  });

  it('says the same in parts of a plan that are merged as in the whole', async () => {
    const served = await makeServedProject({ respond: talk }, { ...options, suite: { cases: suite.cases } });
    const whole = await served.record(['eval', '--no-cache']);
    for (const part of ['1/2', '2/2']) await served.llmci(['eval', '--no-cache', '--shard', part]);
    const files = ['1-of-2', '2-of-2'].map((part) => `.llmci/shards/${part}.jsonl`);
    const merged = await served.record(['merge', ...files]);
    expect(merged.record.results.map(({ output }) => output?.conversation)).toEqual(
      whole.record.results.map(({ output }) => output?.conversation),
    );
    expect(merged.record.usage).toEqual(whole.record.usage);
  });

  it('has a prompt that the project may replace, and that is checked', async () => {
    const own = (content: string) => ({
      messages: [
        { role: 'system', content },
        { role: 'user', content: '{{ conversation }}' },
      ],
    });
    const files = { 'prompts/users/simulated-user.prompt.yaml': own('Du bist {{ persona }} und willst {{ goal }}') };
    const served = await makeServedProject({ respond: talk }, { ...options, files });
    expect((await served.record(['eval'])).result.code).toBe(0);
    const asked = served.server.calls.map(({ body }) => body).find(isUser);
    expect(bodyOf(asked).messages[0]?.content).toContain('Du bist You are Ann.');
    await served.project.write('prompts/users/simulated-user.prompt.yaml', JSON.stringify(own('{{ conversation }}')));
    const wrong = await served.llmci(['validate']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('use it in a message of the user')]);
  });

  it('is checked with the files, at its place', async () => {
    const cases = [
      { id: 'both', vars: { ticket: 'a', name: 'b' }, simulate, turns: [{ user: 'x' }] },
      { id: 'gone', vars: { ticket: 'a' }, simulate },
      { id: 'who', vars: { ticket: 'a', name: 'b' }, simulate: { ...simulate, model: 'fakes/user-1' } },
      { id: 'none', vars: { ticket: 'a', name: 'b' }, simulate: { ...simulate, goal: ' ' } },
    ];
    const served = await makeServedProject({ respond: talk }, { ...options, suite: { cases } });
    const { code, stderr } = await served.llmci(['validate']);
    expect(code).toBe(2);
    for (const message of [
      /case both: `turns` and `simulate` both say what the user says: keep one/,
      /case gone: variable name is not defined/,
      /case who: unknown provider fakes in model fakes\/user-1/,
      /case none: goal is blank/,
    ])
      expect(stderr).toMatch(message);
    await served.project.write(
      'evals/rows.jsonl',
      `${JSON.stringify({ vars: { ticket: 'a', name: 'b' }, simulate })}\n`,
    );
    await served.project.write(
      'evals/reply.eval.yaml',
      JSON.stringify({ prompt: 'reply', metrics: [{ metric: 'contains', value: 'ok' }], dataset: './rows.jsonl' }),
    );
    expect((await served.llmci(['validate'])).stderr).toContain('which a dataset cannot name');
  });

  it('is in a plan with the lines it may say, as far as they are not recorded', async () => {
    const served = await makeServedProject(
      { respond: talk },
      {
        ...options,
        prompt: { modelParameters: { maxTokens: 100 } },
        suite: { ...suite, cases: suite.cases.map((each) => ({ ...each, simulate: { ...simulate, maxTurns: 4 } })) },
      },
    );
    const dryRun = async () => {
      const { stdout } = await served.llmci(['eval', '--dry-run', '--no-cache', '--json']);
      return (JSON.parse(stdout) as Record<string, unknown>[])[0] ?? {};
    };
    const unasked = await dryRun();
    expect(unasked).toMatchObject({ live: 2, calls: { least: 2, most: 10 } });
    expect(unasked['services']).toEqual([
      {
        use: 'simulated users',
        model: 'fake/user-1',
        calls: 8,
        tokens: expect.any(Number),
        usd: expect.closeTo((8 * 500 * 10_000) / 1e6, 9),
      },
    ]);
    const text = (await served.llmci(['plan', '--no-cache'])).stdout;
    expect(text).toMatch(
      /Up to 8 calls for simulated users by fake\/user-1 \([\d,]+ tokens\) besides, at most about \$40/,
    );

    await served.llmci(['eval', '--record', '--no-cache']);
    expect(await dryRun()).toMatchObject({ replayed: 2, live: 0, calls: { least: 0, most: 0 }, services: [] });

    // What the user says after the first answer to one of them is gone
    const cassette = (await served.project.read('fixtures/reply.jsonl')).split('\n');
    const isLine = (line: string) =>
      line.includes('"case":"c2"') && line.includes('"user":{"model":"fake/user-1","turn":1');
    expect(cassette.filter(isLine)).toHaveLength(1);
    await served.project.write('fixtures/reply.jsonl', cassette.filter((line) => !isLine(line)).join('\n'));
    expect(await dryRun()).toMatchObject({
      replayed: 1,
      live: 1,
      calls: { least: 0, most: 4 },
      services: [{ use: 'simulated users', calls: 4 }],
    });
  });

  it('without a key and with nothing recorded sends nothing', async () => {
    const other = (baseUrl: string) => ({ type: 'openai', baseUrl, apiKey: 'env:OTHER_KEY' });
    const cases = suite.cases.map((each) => ({ ...each, simulate: { ...simulate, model: 'other/user-1' } }));
    const served = await makeServedProject({ respond: talk }, options);
    const { openaiBaseUrl: url } = served.server;
    const providers = { fake: { type: 'openai', baseUrl: url, apiKey: 'env:FAKE_KEY' }, other: other(url) };
    await served.project.write('llmci.yaml', JSON.stringify({ providers }));
    const written = { prompt: 'reply', metrics: [{ metric: 'contains', value: 'ok' }], cases };
    await served.project.write('evals/reply.eval.yaml', JSON.stringify(written));
    const { code, stderr } = await served.llmci(['eval'], { env: { FAKE_KEY: KEY, OTHER_KEY: undefined } });
    expect([code, served.server.stats().calls]).toEqual([2, 0]);
    expect(stderr).toContain('no line of the simulated user other/user-1 is recorded for suite reply');
  });
});

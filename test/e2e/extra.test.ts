import { describe, expect, it } from 'vitest';
import { unforeseeable } from '../../src/model/extra.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const files = (extra: object, more: Readonly<Record<string, string | object>> = {}) => ({
  'prompts/reply.prompt.yaml': {
    model: 'app/one',
    modelParameters: { extra },
    messages: [{ role: 'user', content: '{{ ticket }}' }],
  },
  'evals/reply.eval.yaml': {
    prompt: 'reply',
    cases: [{ vars: { ticket: 'hello' } }],
    metrics: [{ metric: 'length', max: 100 }],
    gates: [{ metric: 'pass', min: 1 }],
  },
  'llmci.yaml': {
    providers: { app: { type: 'openai', baseUrl: 'http://127.0.0.1:9/v1' } },
    prices: { 'app/one': { input: 1, output: 1 } },
  },
  ...more,
});

describe('extra', () => {
  it.each([
    'model',
    'messages',
    'n',
    'best_of',
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'temperature',
    'response_format',
    'output_config',
    'tools',
    'system',
    'stop_sequences',
    'stream',
    'Model',
    'maxTokens',
    'max-tokens',
    'topP',
    'num_predict',
    'candidate_count',
    'previous_response_id',
    'model_id',
    'system_instruction',
    'contents',
    'max_completions_tokens',
    'engine',
    'route',
    'mock_response',
    'chat_template',
    'prefill',
    'max_length',
    'echo',
  ])('may not say %s, which llmci sets itself', async (key) => {
    const project = await makeProject(files({ top_k: 5, [key]: 50_000 }));
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`prompts/reply\\.prompt\\.yaml:5:\\d+ {2}\`${key}\` is not for \`extra\`: `));
  });

  it.each([
    [{ options: { num_predict: 50_000 } }, 'num_predict'],
    [{ generationConfig: { maxOutputTokens: 50_000 } }, 'maxOutputTokens'],
    [{ extra_body: { google: { candidate_count: 4 } } }, 'candidate_count'],
    [{ fallbacks: ['other'] }, 'fallbacks'],
    [{ router: [{ model: 'other' }] }, 'model'],
    [{ sampling_params: { n: 4 } }, 'n'],
    [{ extra_body: { messages: [] } }, 'messages'],
    [{ extra_body: { extra_body: { stream: true } } }, 'stream'],
    [{ options: { temperature: 2 } }, 'temperature'],
    [{ generationConfig: { stopSequences: ['x'] } }, 'stopSequences'],
  ])('may not say it within an object: %j', async (extra, key) => {
    const project = await makeProject(files(extra));
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`prompts/reply\\.prompt\\.yaml:\\d+:\\d+ {2}\`${key}\` is not for \`extra\`: `));
  });

  it('may hold data of any names', async () => {
    const extra = {
      metadata: { model: 'a', n: 2 },
      guided_json: { type: 'object', properties: { model: { type: 'string' }, n: { type: 'integer' } } },
      thinking: { type: 'enabled', budget_tokens: 2000 },
      options: { num_ctx: 4096 },
      provider: { max_price: { prompt: 1 } },
    };
    const project = await makeProject(files(extra));
    expect((await runCli(['validate'], { cwd: project.dir })).code).toBe(0);
  });

  it('may not say it for the judge either', async () => {
    const project = await makeProject(
      files({}, { 'llmci.yaml': 'judge:\n  model: echo\n  modelParameters:\n    extra: { n: 3 }\n' }),
    );
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining('llmci.yaml:4:17  `n` is not for `extra`')]);
  });

  it('that may change the price makes a budget in dollars refuse to start, and no other', async () => {
    const project = await makeProject(files({ web_search_options: {} }));
    const refused = await runCli(['eval', '--budget', '1'], { cwd: project.dir });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('`extra.web_search_options` of prompts/reply.prompt.yaml'),
    ]);
    expect((await runCli(['eval', '--budget', '1', '--dry-run'], { cwd: project.dir })).code).toBe(0);
    const free = await makeProject(
      files({ web_search_options: {} }, { 'llmci.yaml': { providers: { app: { type: 'echo' } } } }),
    );
    expect((await runCli(['eval', '--budget', '1'], { cwd: free.dir })).code).toBe(0);
    const known = await makeProject(
      files({ top_k: 5, user: 'ci' }, { 'llmci.yaml': { providers: { app: { type: 'echo' } } } }),
    );
    expect((await runCli(['eval', '--budget', '1'], { cwd: known.dir })).code).toBe(0);
  });

  it.each<[Record<string, unknown>, string | null]>([
    [{ enable_thinking: true }, 'enable_thinking'],
    [{ top_k: 5, thinking: { type: 'adaptive' } }, 'thinking'],
    [{ chat_template_kwargs: { enable_thinking: true } }, 'chat_template_kwargs'],
    [{ ignore_eos: true, min_tokens: 5 }, 'ignore_eos'],
    [{ thinking: { type: 'enabled', budget_tokens: -1 } }, 'thinking'],
    [{ enable_thinking: true, thinking: { type: 'enabled', budget_tokens: 2000 } }, 'enable_thinking'],
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, null],
    [{ chat_template_kwargs: { enable_thinking: true, thinking_budget: 2000 } }, null],
    [{ chat_template_kwargs: { thinking: true, reasoning_effort: 'high' } }, null],
    [{ enable_thinking: false, thinking: { type: 'disabled' }, ignore_eos: 'false' }, null],
  ])('that lets a model think as long as it likes refuses to start unless maxTokens limits it: %j', (extra, key) => {
    expect(unforeseeable(extra, { limited: false })).toBe(key);
    expect(unforeseeable(extra, { limited: true })).toBeNull();
  });

  it.each([
    [{ modelParameters: { extra: { enable_thinking: true } } }, /extra\.enable_thinking.*\n.*write maxTokens/],
    [{ modelParameters: { extra: { enable_thinking: true }, maxTokens: 10 } }, /the budget of \$0/],
  ])('is refused so by a run: %j', async (prompt, said) => {
    const project = await makeProject(files({}));
    const old = JSON.parse(JSON.stringify(files({})['prompts/reply.prompt.yaml']));
    await project.write('prompts/reply.prompt.yaml', { ...old, ...prompt });
    const { stdout, stderr } = await runCli(['eval', '--budget', '0'], { cwd: project.dir });
    expect(stdout + stderr).toMatch(said);
  });

  it('counts for the prompt of simulated users too', async () => {
    const { 'evals/reply.eval.yaml': suite, ...rest } = files({});
    const simulate = { persona: 'a buyer', goal: 'a refund', model: 'app/one' };
    const project = await makeProject({
      ...rest,
      'evals/reply.eval.yaml': { ...suite, cases: [{ vars: { ticket: 'hello' }, simulate }] },
      'prompts/users/simulated-user.prompt.yaml': {
        modelParameters: { extra: { service_tier: 'priority' } },
        messages: [{ role: 'user', content: '{{ persona }} {{ goal }} {{ conversation }}' }],
      },
    });
    const { code, stderr } = await runCli(['eval', '--budget', '1'], { cwd: project.dir });
    const told = '`extra.service_tier` of prompts/users/simulated-user.prompt.yaml';
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });

  it.each([
    ['a suite', { budget: { usd: 1 } }, {}],
    ['llmci.yaml', {}, { budget: { usd: 1 } }],
  ])('counts for the budget of %s', async (_, suite, config) => {
    const { 'evals/reply.eval.yaml': plain, 'llmci.yaml': plainConfig, ...rest } = files({ service_tier: 'priority' });
    const project = await makeProject({
      ...rest,
      'evals/reply.eval.yaml': { ...plain, ...suite },
      'llmci.yaml': { ...plainConfig, ...config },
    });
    const { code, stderr } = await runCli(['eval'], { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining('extra.service_tier')]);
  });
});

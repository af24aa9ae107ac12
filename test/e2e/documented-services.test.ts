import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { documentedServices, startServices } from '../helpers/documented-services.js';
import { makeProject } from '../helpers/project.js';

// Each entry of the page as a user copies it, called by its own host name: only the proxy leads elsewhere, and takes http.

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/providers.md'), 'utf8');
const section = /^## An entry for each service$([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
const entries = (
  parse(/```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '') as { providers: Record<string, { baseUrl: string }> }
).providers;
const names = Object.keys(documentedServices);
const thinks = names.filter((name) => {
  const { reasoning, text } = documentedServices[name] ?? {};
  return reasoning !== undefined || text !== undefined;
});
const modelsOf = (model?: string, without: readonly string[] = []) =>
  names.filter((name) => !without.includes(name)).map((name) => `${name}/${model ?? documentedServices[name]?.model}`);

const tool = { name: 'find_order', parameters: { type: 'object', properties: { id: { type: 'string' } } } };
const respond = [{ when: { id: 'A-1' }, answer: { arrives: 'Friday' } }];
const user = { role: 'user', content: 'Where is order A-1?' };
const schema = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
};

interface Result {
  readonly model: string;
  readonly output: { readonly text: string; readonly reasoning?: string; readonly usage: unknown } | null;
  readonly error: { readonly kind: string; readonly message: string } | null;
}

async function evaluate(prompt: object, models: readonly string[], { stream = false, key = 'right', suite = {} } = {}) {
  const services = await startServices('It arrives on Friday.');
  const providers = Object.entries(entries).map(([name, entry]) => {
    const baseUrl = entry.baseUrl
      .replace('https:', 'http:')
      .replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${services.port}/${name}`);
    return [name, { ...entry, baseUrl, retries: 0, ...(stream && { stream }) }];
  });
  const project = await makeProject({
    'llmci.yaml': { providers: Object.fromEntries(providers) },
    'prompts/p.prompt.yaml': { model: 'echo', ...prompt },
    'evals/p.eval.yaml': {
      prompt: 'p',
      models,
      cases: [{ id: 'a' }],
      metrics: [{ metric: 'contains', value: 'Friday' }, { metric: 'tokens' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      ...suite,
    },
  });
  const keys = [...JSON.stringify(entries).matchAll(/env:([A-Z_]+)/g)].map(([, name]) => [name, key]);
  const { code, stdout, stderr } = await runCli(['eval', '--no-cache', '--reporter', 'json=run.json'], {
    cwd: project.dir,
    env: { ...Object.fromEntries(keys), HTTP_PROXY: `http://127.0.0.1:${services.port}` },
  });
  const { results } = (await project.readJson('run.json')) as { results: readonly Result[] };
  const failed = results.flatMap(({ model, error, output }) =>
    error ? [`${model}: ${error.message}`] : output?.text.includes('Friday') ? [] : [`${model}: ${output?.text}`],
  );
  return { code, said: `${stdout}${stderr}`, results, failed, calls: services.calls };
}

it('has a service for each entry of the page', () => {
  expect(Object.keys(entries).sort()).toEqual([...names].sort());
});

describe.each([false, true])('every documented service, with stream: %s', (stream) => {
  it('gets the results of tools with what it wants to see again, and keeps its thinking apart', async () => {
    const prompt = { messages: [user], tools: [{ ...tool, respond }], modelParameters: { maxTokens: 50 } };
    const calls = { metric: 'tool-calls', calls: [{ name: 'find_order', arguments: { id: 'A-1' } }] };
    const { code, results, failed } = await evaluate(prompt, modelsOf(), { stream, suite: { metrics: [calls] } });
    expect({ failed, code }).toEqual({ failed: [], code: 0 });
    for (const { model, output } of results) {
      expect(output?.text, model).toBe('It arrives on Friday.');
      expect(output?.usage, model).toMatchObject({ inputTokens: 18, outputTokens: expect.any(Number) });
    }
    const thought = results.filter(({ output }) => output?.reasoning === 'hm').map(({ model }) => model.split('/')[0]);
    expect(thought).toEqual(thinks);
  });

  it('answers in the form that it takes', async () => {
    const withSchema = { messages: [user], output: { format: 'json', schema } };
    const withoutSchema = { messages: [{ role: 'user', content: 'Answer in JSON.' }], output: { format: 'json' } };
    const suite = { metrics: [{ metric: 'json', fields: { answer: 'Friday' } }] };
    const one = await evaluate(withSchema, modelsOf(undefined, ['deepseek']), { stream, suite });
    const other = await evaluate(withoutSchema, modelsOf(undefined, ['lmstudio']), { stream, suite });
    expect({ failed: [...one.failed, ...other.failed], codes: [one.code, other.code] }).toEqual({
      failed: [],
      codes: [0, 0],
    });
  });
});

it('a transcript that it has not written goes on', async () => {
  const call = { name: 'find_order', arguments: { id: 'B-2' } };
  const messages = [user, { role: 'assistant', toolCalls: [call] }, { role: 'tool', content: 'Friday' }];
  const { failed, calls } = await evaluate({ messages, tools: [tool] }, modelsOf());
  expect(failed).toEqual([]);
  expect(calls.map(({ service }) => service).sort()).toEqual([...names].sort());
});

it('a model that is not there, and a wrong key, are errors in its own words', async () => {
  const gone = await evaluate({ messages: [user] }, modelsOf('gone'));
  expect(gone.code).toBe(3);
  for (const { model, error } of gone.results)
    expect(error, model).toMatchObject({
      kind: 'unknown-model',
      message: expect.stringContaining(documentedServices[model.split('/')[0] ?? '']?.gone[2] ?? 'its words'),
    });
  const withKey = names.filter((name) => documentedServices[name]?.key);
  const models = modelsOf(
    undefined,
    names.filter((name) => !withKey.includes(name)),
  );
  const refused = await evaluate({ messages: [user] }, models, { key: 'wrong' });
  for (const { model, error } of refused.results)
    expect(error, model).toMatchObject({ kind: 'auth', message: expect.stringContaining('Unauthorized') });
});

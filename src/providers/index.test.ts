import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { realWorld } from '../calls/world.js';
import { knownSecrets } from '../core/text/redact.js';
import { providerEntrySchema } from './contract/provider.js';
import { ProviderError } from './contract/provider-error.js';
import { providerTypes } from './index.js';

describe('the list of providers', () => {
  it('names each type once', () => {
    const types = providerTypes.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    expect(types).toEqual(expect.arrayContaining(['openai', 'anthropic', 'http', 'exec', 'echo', 'replay']));
  });

  it.each(providerTypes.map((definition) => [definition.type, definition] as const))(
    '%s has a schema that editors understand, and refuses a key it does not know',
    (type, definition) => {
      const schema = providerEntrySchema(definition);
      expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false });
      const keys = schema.safeParse({ type, baseurl: 'x' }).error?.issues.map(({ code }) => code);
      expect(keys).toContain('unrecognized_keys');
    },
  );

  it('has examples of the documentation that mean what they say', () => {
    const entries = [
      {
        type: 'openai',
        apiKey: 'env:OPENAI_API_KEY',
        concurrency: 16,
        requestsPerMinute: 500,
        tokensPerMinute: 200000,
      },
      { type: 'openai', baseUrl: 'http://127.0.0.1:11434/v1' },
      { type: 'http', url: 'http://127.0.0.1:3000/chat', body: { question: '{{ ticket }}' }, output: '$.answer' },
      { type: 'exec', command: ['python3', 'bot.py'] },
    ];
    for (const entry of entries) {
      const definition = providerTypes.find(({ type }) => type === entry.type);
      expect(definition && providerEntrySchema(definition).parse(entry)).toMatchObject(entry);
    }
  });
});

it('replay answers nothing', async () => {
  const definition = providerTypes.find(({ type }) => type === 'replay');
  const provider = await definition?.create({} as never, {
    name: 'replay',
    root: '/',
    secret: () => '',
    world: realWorld(),
    known: knownSecrets([]),
  });
  const request = {
    model: null,
    parameters: {},
    messages: [],
    tools: [],
    output: { format: 'text' as const },
    vars: {},
  };
  const error = await provider?.complete(request, { signal: new AbortController().signal }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ kind: 'not-recorded', transient: false, fatal: false });
});

it('an error that stops the provider is never worth another try', () => {
  expect(new ProviderError('rate-limit', 'm')).toMatchObject({ transient: true, fatal: false });
  expect(new ProviderError('rate-limit', 'm', { fatal: true })).toMatchObject({ transient: false, fatal: true });
  expect(new ProviderError('auth', 'm')).toMatchObject({ transient: false, fatal: true });
});

import { expect, it } from 'vitest';
import type { Prompt } from '../../model/prompt.js';
import { parseModelReference } from './model-reference.js';
import { requestFactory, sampleKey } from './request.js';

const prompt: Prompt = {
  id: 'p',
  path: 'prompts/p.prompt.yaml',
  digest: '',
  fileDigest: '',
  model: 'openai/gpt-4.1-mini',
  parameters: { temperature: 0.2, maxTokens: 100 },
  messages: [
    { role: 'system', content: 'You help customers of {{ company }}.' },
    { role: 'user', content: '{{ ticket }}' },
  ],
  tools: [],
  output: { format: 'text' },
  inputSchema: null,
  defaults: { company: 'Acme' },
};
const openai = { type: 'openai', sendsVars: false, settings: {} };
const vars = { ticket: 'Where is my parcel?' };
const requestOf = (
  changes: Partial<Prompt> = {},
  model = 'openai/gpt-4.1-mini',
  values: Record<string, string> = vars,
) => requestFactory({ prompt: { ...prompt, ...changes }, model: parseModelReference(model) })({ vars: values });
const key = sampleKey(openai, requestOf(), 1);

it('renders the messages with the variables of the case over the defaults of the prompt', () => {
  expect(requestOf({}, 'openai/x', { ...vars, company: '<b>B & C</b>' }).messages).toEqual([
    { role: 'system', content: 'You help customers of <b>B & C</b>.' },
    { role: 'user', content: 'Where is my parcel?' },
  ]);
});

it.each([
  ['the provider type', sampleKey({ ...openai, type: 'anthropic' }, requestOf(), 1)],
  ['the address', sampleKey({ ...openai, settings: { baseUrl: 'http://127.0.0.1' } }, requestOf(), 1)],
  ['the model', sampleKey(openai, requestOf({}, 'openai/gpt-4.1'), 1)],
  ['a parameter', sampleKey(openai, requestOf({ parameters: { ...prompt.parameters, temperature: 0.3 } }), 1)],
  ['a message', sampleKey(openai, requestOf({}, undefined, { ticket: 'Where is it?' }), 1)],
  ['a default', sampleKey(openai, requestOf({ defaults: { company: 'Umbrella' } }), 1)],
  ['a tool', sampleKey(openai, requestOf({ tools: [{ name: 'track' }] }), 1)],
  ['the output format', sampleKey(openai, requestOf({ output: { format: 'json' } }), 1)],
  ['the trial', sampleKey(openai, requestOf(), 2)],
])('the key of a sample changes with %s', (_, changed) => {
  expect(changed).not.toBe(key);
});

it.each([
  ["the provider's name", sampleKey(openai, requestOf({}, 'my-openai/gpt-4.1-mini'), 1)],
  ['the id, path and digest of the prompt', sampleKey(openai, requestOf({ id: 'q', path: 'x', digest: 'y' }), 1)],
  ['a variable that no message uses', sampleKey(openai, requestOf({}, undefined, { ...vars, note: 'x' }), 1)],
  ['the order of keys', sampleKey(openai, requestOf({ parameters: { maxTokens: 100, temperature: 0.2 } }), 1)],
])('the key of a sample does not change with %s', (_, same) => {
  expect(same).toBe(key);
});

it('keeps the keys of recordings that were made before a schema had a name', () => {
  const keyOf = (output: Prompt['output']) => sampleKey(openai, requestOf({ output }), 1);
  const schema = { type: 'object' };
  const before = keyOf({ format: 'json', schema });
  expect(before).toBe('0f21431267792ffc1d77c94311dc2d547616e1f1387829f80f68bd641c5e8d71');
  expect(keyOf({ format: 'json', schema, name: 'ticket', description: 'One', strict: true })).toBe(before);
  expect(keyOf({ format: 'json', schema, strict: false })).not.toBe(before);
});

it('has the variables in the key when the provider sends them', () => {
  const http = { type: 'http', sendsVars: true, settings: {} };
  const other = requestOf({}, undefined, { ...vars, note: 'x' });
  expect(sampleKey(http, other, 1)).not.toBe(sampleKey(http, requestOf(), 1));
});

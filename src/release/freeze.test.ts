import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeDelivery, promptSaying } from '../../test/helpers/delivery-project.js';
import { promptFromAsked } from '../core/requests/asked-prompt.js';
import { requestFactory } from '../core/requests/request.js';
import { loadPrompts } from '../project/prompts/load-prompts.js';
import { openDelivery } from './delivery.js';
import { findRelease } from './find-releases.js';

const PROMPTS: readonly (readonly [what: string, prompt: object, vars: object])[] = [
  ['a plain one', promptSaying('Hello'), { name: 'Ada' }],
  [
    'one with all that a prompt can have',
    {
      model: 'openai/gpt-4.1-mini',
      modelParameters: { temperature: 0.7, maxTokens: 20, stop: ['###'], extra: { user: 'x' } },
      messages: [
        { role: 'system', content: '{% if tone == "kind" %}Be kind.{% endif %} {{ limits | json }}' },
        { history: 'chat' },
        { role: 'user', content: [{ text: 'Look, {{ name }}' }, { image: 'https://example.com/{{ name }}.png' }] },
      ],
      tools: [
        {
          name: 'look_up',
          parameters: { type: 'object', properties: { id: { type: 'string' } } },
          respond: [{ answer: 'x' }],
        },
      ],
      output: { format: 'json', schema: { type: 'object' }, name: 'reply' },
      input: { defaults: { tone: 'kind', limits: [1, 2.5, 9007199254740991] } },
      owners: ['@ada'],
      risk: 'high',
    },
    { name: 'Ada', chat: [{ role: 'user', content: 'Hi' }] },
  ],
  [
    "GitHub's words for a format",
    {
      messages: [{ role: 'user', content: '{{ name }}' }],
      responseFormat: 'json_schema',
      jsonSchema: '{ "name": "reply", "strict": true, "schema": { "type": "object" } }',
    },
    { name: 'Ada' },
  ],
  [
    'defaults that are written as JSON can write them',
    { messages: [{ role: 'user', content: '{{ n }} {{ big }}' }], input: { defaults: { n: 3.1, big: 'x' } } },
    {},
  ],
];

it.each(PROMPTS)('the request of a release is that of the prompt it froze: %s', async (_, written, vars) => {
  const project = await makeDelivery({ dev: {} });
  await project.write('prompts/reply.prompt.yaml', written);
  const { stderr, code } = await project.llmci('release', 'reply');
  expect([code, stderr]).toEqual([0, 'note: releases is new: releases and ledgers are kept there\n']);
  const { prompts } = (await loadPrompts(project.dir)).value;
  const prompt = prompts.get('reply')?.prompt;
  if (!prompt) throw new Error('it was not loaded');
  const { store } = await openDelivery(project.dir, {}, () => new Date());
  const release = await findRelease(store, 'reply');
  const model = { provider: 'openai', model: 'x', text: 'openai/x' };
  const { responses: _responses, ...own } = prompt;
  const frozen = { ...own, ...promptFromAsked(release.asked) };
  expect(release.digest).toBe(prompt.digest);
  const testCase = { vars: vars as never };
  expect(requestFactory({ prompt: frozen, model })(testCase)).toEqual(requestFactory({ prompt: own, model })(testCase));
});

it.each([
  [
    'a file',
    'messages: [{ role: user, content: [{ image: logo.png }] }]\n',
    /names the file logo.png, and a release holds no files/,
  ],
  [
    'a word of YAML',
    "messages: [{ role: user, content: '{{ yes }}' }]\ninput: { defaults: { yes: True } }\n",
    /written as only YAML has it/,
  ],
  ['half of a character', 'messages: [{ role: user, content: "Hello \\ud83d {{ name }}" }]\n', /half of a character/],
])('what cannot be frozen as it is sent is refused: %s', async (_, written, why) => {
  const project = await makeDelivery({ dev: {} });
  await project.write('prompts/reply.prompt.yaml', written);
  await writeFile(project.path('logo.png'), 'x');
  const { code, stderr } = await project.llmci('release', 'reply');
  expect(code).toBe(2);
  expect(stderr).toMatch(why);
  expect((await project.list()).filter((path) => path.startsWith('releases/prompts'))).toEqual([]);
});

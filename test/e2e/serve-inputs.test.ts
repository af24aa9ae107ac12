import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionMessageParam } from 'openai/resources/chat';
import type { ResponseCreateParamsNonStreaming, ResponseInput } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chatAnswer, messageAnswer, type ServedGateway, startGateway } from '../helpers/gateway.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const IMAGE = `data:image/png;base64,${PNG}`;
const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')}`;
const LINK = 'https://example.com/cat.png';

const turns = (model: string) => ({
  model,
  modelParameters: { maxTokens: 50 },
  messages: [{ role: 'system', content: 'You see.' }, { history: 'messages' }],
});
const photo = (model: string) => ({
  model,
  modelParameters: { maxTokens: 50 },
  messages: [{ role: 'user', content: [{ text: 'What is it?' }, { image: '{{ photo }}' }] }],
});
const tools = [{ name: 'find', description: 'Finds an order.', parameters: { type: 'object', properties: {} } }];
const schema = {
  ...{ type: 'object', required: ['mood'], additionalProperties: false },
  properties: { mood: { type: 'string' } },
};

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await startGateway({
    ...{ 'gpt-turns': turns('gpt/m-1'), 'claude-turns': turns('claude/m-2') },
    ...{ 'gpt-photo': photo('gpt/m-1'), 'claude-photo': photo('claude/m-2') },
    mood: {
      ...{ model: 'gpt/m-1', messages: [{ role: 'user', content: 'How is {{ name }}?' }], tools },
      output: { format: 'json', schema },
    },
  });
});
afterAll(async () => {
  expect((await gateway.stop()).code).toBe(0);
});
beforeEach(() => {
  gateway.asked.length = 0;
  gateway.answerWith(({ path }, response) =>
    path === '/v1/messages'
      ? messageAnswer(response, [{ type: 'text', text: 'A cat.' }])
      : chatAnswer(response, { content: 'A cat.' }),
  );
});

/** What the service was asked last, behind the system prompt. */
function lastAsked(): readonly { readonly role: string; readonly content: unknown }[] {
  const messages = (gateway.asked.at(-1)?.body['messages'] ?? []) as { role: string; content: unknown }[];
  return messages.filter(({ role }) => role !== 'system');
}

function respond(id: string, input: ResponseInput, variables: Record<string, unknown> = {}) {
  const body = { prompt: { id, variables }, input } as ResponseCreateParamsNonStreaming;
  return gateway.client().responses.create(body);
}

function chat(id: string, messages: readonly ChatCompletionMessageParam[]) {
  const body = { prompt: { id }, model: 'any', messages };
  return gateway.client().chat.completions.create(body as unknown as ChatCompletionCreateParamsNonStreaming);
}

describe('images and files', () => {
  const gptParts = [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url: IMAGE, detail: 'low' } },
    { type: 'image_url', image_url: { url: LINK } },
    { type: 'file', file: { filename: 'a.pdf', file_data: PDF } },
  ];
  const claudeParts = [
    { type: 'text', text: 'What is it?' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    { type: 'image', source: { type: 'url', url: LINK } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf' } },
  ];

  it.each([
    ['gpt-turns', gptParts],
    ['claude-turns', claudeParts],
  ])('of `input` go on to either vendor: %s', async (id, parts) => {
    const response = await respond(id, [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', image_url: IMAGE, detail: 'low' },
          { type: 'input_image', image_url: LINK, detail: 'auto' },
          { type: 'input_file', filename: 'a.pdf', file_data: PDF },
        ],
      },
    ]);
    expect(response.output_text).toBe('A cat.');
    expect(lastAsked()).toMatchObject([{ role: 'user', content: parts }]);
  });

  it.each([
    ['gpt-turns', gptParts],
    ['claude-turns', claudeParts],
  ])('of `messages` too: %s', async (id, parts) => {
    const completion = await chat(id, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: IMAGE, detail: 'low' } },
          { type: 'image_url', image_url: { url: LINK } },
          { type: 'file', file: { filename: 'a.pdf', file_data: PDF } },
        ],
      },
    ]);
    expect(completion.choices[0]?.message.content).toBe('A cat.');
    expect(lastAsked()).toMatchObject([{ role: 'user', content: parts }]);
  });

  it.each(['gpt-photo', 'claude-photo'])('in a variable, as hosted prompts have them: %s', async (id) => {
    await respond(id, [], { photo: { type: 'input_image', image_url: IMAGE, detail: 'auto' } });
    expect(JSON.stringify(lastAsked())).toContain(PNG);
    await respond(id, [], { photo: LINK });
    expect(JSON.stringify(lastAsked())).toContain(LINK);
  });

  it('are in what is rendered, with their bytes', async () => {
    const got = await gateway.send('/v1/prompts/gpt-photo/render', { variables: { photo: IMAGE } });
    const told = (await got.json()) as { messages: unknown };
    expect(told).not.toHaveProperty('media');
    expect(told.messages).toMatchObject([
      { role: 'user', content: [{ text: 'What is it?' }, { type: 'image', mediaType: 'image/png', data: PNG }] },
    ]);
  });

  it.each<readonly [string, object, number, string]>([
    ['a file of the machine', { type: 'input_image', image_url: 'llmci.yaml' }, 400, 'invalid_variables'],
    ['one by file:', { type: 'input_image', image_url: 'file:///etc/passwd' }, 400, 'invalid_variables'],
    ['one over http:', { type: 'input_image', image_url: 'http://169.254.169.254/' }, 400, 'invalid_variables'],
    ['one that a service keeps', { type: 'input_file', file_id: 'file-1' }, 400, 'invalid_messages'],
    ['bytes that are something else', { type: 'input_image', image_url: PDF }, 400, 'invalid_variables'],
    ['no base64', { type: 'input_image', image_url: 'data:image/png;base64,%%' }, 400, 'invalid_variables'],
    ['nothing', { type: 'input_image' }, 400, 'invalid_messages'],
    ['what nobody knows', { type: 'input_smell', smell: 'rose' }, 400, 'invalid_messages'],
  ])('are refused when they are %s', async (_, part, status, code) => {
    const got = await gateway.send('/v1/responses', {
      ...{ prompt: { id: 'gpt-turns' }, input: [{ role: 'user', content: [part] }] },
    });
    expect([got.status, ((await got.json()) as { error: { code: string } }).error.code]).toEqual([status, code]);
    expect(gateway.asked).toEqual([]);
  });

  it('are refused with what to do where the model of the release does not take them', async () => {
    const sound = { type: 'input_audio', input_audio: { data: Buffer.from('ID3x').toString('base64'), format: 'mp3' } };
    const got = await gateway.send('/v1/responses', {
      ...{ prompt: { id: 'claude-turns' }, input: [{ role: 'user', content: [sound] }] },
    });
    const { error } = (await got.json()) as { error: { code: string; message: string } };
    expect([got.status, error.code]).toEqual([400, 'unsupported_content']);
    expect(error.message).toMatch(/^claude-turns@1 cannot be asked this: /);
    expect(gateway.asked).toEqual([]);
  });
});

describe('a conversation', () => {
  const question = { role: 'user', content: 'Where are they?' } as const;
  const calls = ['a', 'b'].map((id) => ({
    id,
    type: 'function' as const,
    function: { name: 'find', arguments: '{}' },
  }));

  it.each(['gpt-turns', 'claude-turns'])('goes on with the output of the answer before: %s', async (id) => {
    gateway.answerWith(({ path }, response) =>
      path === '/v1/messages'
        ? messageAnswer(
            response,
            [
              { type: 'text', text: 'I look.' },
              ...calls.map(({ id }) => ({ type: 'tool_use', id, name: 'find', input: {} })),
            ],
            'tool_use',
          )
        : chatAnswer(response, { content: 'I look.', tool_calls: calls }, 'tool_calls'),
    );
    const first = await respond(id, [question]);
    expect(first.output.map(({ type }) => type)).toEqual(['message', 'function_call', 'function_call']);
    const outputs = first.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: `seen ${item.call_id}` }]
        : [],
    );
    await respond(id, [question, ...(first.output as ResponseInput), ...outputs, { role: 'user', content: 'And?' }]);
    if (id === 'gpt-turns')
      expect(lastAsked()).toMatchObject([
        { role: 'user' },
        { role: 'assistant', content: 'I look.', tool_calls: [{}, {}] },
        { role: 'tool', content: outputs[0]?.output },
        { role: 'tool', content: outputs[1]?.output },
        { role: 'user', content: 'And?' },
      ]);
    else
      expect(lastAsked()).toMatchObject([
        { role: 'user' },
        { role: 'assistant', content: [{ type: 'text' }, { type: 'tool_use' }, { type: 'tool_use' }] },
        // The service takes turns of one role that follow each other as one
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1' }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_2' }] },
        { role: 'user', content: 'And?' },
      ]);
  });

  it.each(['gpt-turns', 'claude-turns'])('leaves out what a model thought: %s', async (id) => {
    await respond(id, [
      question,
      { type: 'reasoning', id: 'r', summary: [] },
      { type: 'function_call', call_id: 'a', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'seen' },
    ]);
    expect(JSON.stringify(lastAsked())).toContain('seen');
    expect(JSON.stringify(lastAsked())).not.toContain('reasoning');
  });

  it.each([
    [{ previous_response_id: 'resp_1' }, '`previous_response_id` is a conversation that a service keeps'],
    [{ conversation: 'conv_1' }, '`conversation` is a conversation that a service keeps'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'items of type item_reference cannot be sent on'],
    [{ input: [{ type: 'function_call_output', call_id: 'x', output: 'y' }] }, 'no message before it makes that call'],
  ])('is sent whole: %j is refused', async (more, why) => {
    const got = await gateway.send('/v1/responses', { prompt: { id: 'gpt-turns' }, ...more });
    expect(got.status).toBe(400);
    expect(((await got.json()) as { error: { message: string } }).error.message).toContain(why);
  });
});

it('structured output and tools are those of the release, and the SDK reads what comes of them', async () => {
  gateway.answerWith((_, response) => chatAnswer(response, { content: '{"mood":"well"}' }));
  const prompt = { id: 'mood', variables: { name: 'Ada' } };
  const response = await gateway.client().responses.create({ prompt } as ResponseCreateParamsNonStreaming);
  expect(JSON.parse(response.output_text)).toEqual({ mood: 'well' });
  expect(gateway.asked[0]?.body).toMatchObject({
    response_format: { type: 'json_schema', json_schema: { schema: { required: ['mood'] } } },
    tools: [{ type: 'function', function: { name: 'find' } }],
  });
  const refused = await gateway.send('/v1/responses', { prompt, text: { format: { type: 'text' } } });
  expect(((await refused.json()) as { error: { message: string } }).error.message).toContain('is part of the release');
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterThisTest } from './cleanup.js';

// The services that docs/reference/providers.md has an entry for, as strict as they are: what each refuses, demands and
// answers, after its documentation. The hosts are reached through a proxy, so that each is called by its own name.

type Fields = Readonly<Record<string, unknown>>;

interface SentMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly (Fields & { readonly id: string })[];
  readonly tool_call_id?: string;
  readonly [name: string]: unknown;
}

interface SentBody extends Fields {
  readonly model: string;
  readonly messages: readonly SentMessage[];
  readonly tools?: readonly unknown[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

export interface DocumentedService {
  /** Where a call arrives: the host, but for what is on this machine, and the path. */
  readonly at: string;
  /** The header with the key, and what stands before it; null where there is none. */
  readonly key: readonly [header: string, before: string] | null;
  readonly model: string;
  /** How it says that there is no such model: not all with a 404. */
  readonly gone: readonly [status: number, code: string, message: string];
  /** An error in its own shape. */
  refusal(status: number, code: string, message: string): unknown;
  /** What it does not take: names in the body, or what it says of the whole. */
  readonly unknownNames?: RegExp;
  readonly refuses?: (body: SentBody) => string | null;
  /** What a call has beside its name and arguments, and a message with calls beside these; they have to come back. */
  readonly call?: Fields;
  readonly message?: Fields;
  /** Fields of a message that it wants back: from its own answers unchanged, in a transcript at all. */
  readonly wants?: (message: SentMessage, isOwn: boolean) => boolean;
  /** What the final text looks like. */
  readonly text?: (text: string) => unknown;
  readonly reasoning?: Fields;
  readonly usage?: Fields;
  /** Whether a stream tells its usage without being asked. */
  readonly tellsUsage?: boolean;
}

const BEARER = ['authorization', 'Bearer '] as const;
const openaiError = (_: number, code: string, message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const googleError = (status: number, code: string, message: string) => [
  { error: { code: status, message, status: code } },
];
const signature = { extra_content: { google: { thought_signature: 'signed==' } } };
const gemini: Omit<DocumentedService, 'at' | 'model'> = {
  key: BEARER,
  gone: [404, 'NOT_FOUND', 'models/gone is not found for API version v1main'],
  refusal: googleError,
  unknownNames: /^(?:seed|frequency_penalty|reasoning|store)$/,
  call: signature,
  wants: ({ tool_calls: [first] = [] }, isOwn) =>
    JSON.stringify(first?.['extra_content']) ===
    JSON.stringify(
      isOwn ? signature.extra_content : { google: { thought_signature: 'skip_thought_signature_validator' } },
    ),
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 43 },
};

export const documentedServices: Readonly<Record<string, DocumentedService>> = {
  gemini: { ...gemini, at: 'generativelanguage.googleapis.com/v1beta/openai', model: 'gemini-3-flash-preview' },
  vertex: {
    ...gemini,
    at: 'us-central1-aiplatform.googleapis.com/v1/projects/acme/locations/us-central1/endpoints/openapi',
    model: 'google/gemini-3-flash-preview',
  },
  bedrock: {
    at: 'bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
    key: BEARER,
    model: 'openai.gpt-oss-120b-1:0',
    gone: [400, 'validation_error', 'The provided model identifier is invalid.'],
    refusal: openaiError,
    text: (text) => `<reasoning>hm</reasoning>${text}`,
  },
  azure: {
    at: 'acme.openai.azure.com/openai/v1',
    key: ['api-key', ''],
    model: 'triage',
    gone: [404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.'],
    refusal: (_, code, message) => ({ error: { code, message } }),
    unknownNames: /^max_tokens$/,
  },
  openrouter: {
    at: 'openrouter.ai/api/v1',
    key: BEARER,
    model: 'anthropic/claude-sonnet-4.5',
    gone: [400, '', 'gone is not a valid model ID'],
    refusal: (status, _, message) => ({ error: { message, code: status }, user_id: 'user_1' }),
    message: { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's', index: 0 }] },
    wants: ({ reasoning_details: details }, isOwn) =>
      !isOwn || JSON.stringify(details) === '[{"type":"reasoning.text","text":"hm","signature":"s","index":0}]',
    reasoning: { reasoning: 'hm' },
  },
  groq: {
    at: 'api.groq.com/openai/v1',
    key: BEARER,
    model: 'openai/gpt-oss-120b',
    gone: [404, 'model_not_found', 'The model `gone` does not exist or you do not have access to it.'],
    refusal: openaiError,
    reasoning: { reasoning: 'hm' },
  },
  mistral: {
    at: 'api.mistral.ai/v1',
    key: BEARER,
    model: 'mistral-large-latest',
    gone: [400, 'invalid_model', 'Invalid model: gone'],
    refusal: (status, code, message) => ({
      object: 'error',
      message: status === 422 ? { detail: [{ type: 'extra_forbidden', loc: ['body'], msg: message }] } : message,
      type: code,
    }),
    unknownNames: /^(?:seed|max_completion_tokens|stream_options|store)$/,
    refuses: ({ messages }) =>
      messages.some(
        ({ tool_calls: calls = [], tool_call_id: result }) =>
          ![...calls.map(({ id }) => id), ...(result ? [result] : [])].every((id) => /^[a-zA-Z0-9]{9}$/.test(id)),
      )
        ? 'Tool call id has to be defined with a length of 9.'
        : null,
    text: (text) => [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text },
    ],
    tellsUsage: true,
  },
  xai: {
    at: 'api.x.ai/v1',
    key: BEARER,
    model: 'grok-4',
    gone: [
      404,
      'Some requested entity was not found',
      'The model gone does not exist or your team does not have access to it.',
    ],
    refusal: (_, code, message) => ({ code, error: message }),
    reasoning: { reasoning_content: 'hm' },
    usage: {
      prompt_tokens: 9,
      completion_tokens: 4,
      total_tokens: 43,
      completion_tokens_details: { reasoning_tokens: 30 },
    },
  },
  deepseek: {
    at: 'api.deepseek.com',
    key: BEARER,
    model: 'deepseek-v4-flash',
    gone: [400, 'invalid_request_error', 'Model Not Exist'],
    refusal: openaiError,
    message: { reasoning_content: 'hm' },
    wants: ({ reasoning_content: thought }, isOwn) => (isOwn ? thought === 'hm' : thought === ''),
    refuses: ({ response_format: format }) =>
      JSON.stringify(format ?? '').includes('json_schema') ? 'This response_format type is unavailable now' : null,
    reasoning: { reasoning_content: 'hm' },
    tellsUsage: true,
  },
  ollama: {
    at: '127.0.0.1/ollama/v1',
    key: null,
    model: 'qwen3:8b',
    gone: [404, 'not_found_error', 'model "gone" not found, try pulling it first'],
    refusal: (_, code, message) => ({ error: { message, type: code, param: null, code: null } }),
    text: (text) => `<think>\nhm\n</think>\n\n${text}`,
  },
  vllm: {
    at: '127.0.0.1/vllm/v1',
    key: null,
    model: 'Qwen/Qwen3-8B',
    gone: [404, 'NotFoundError', 'The model `gone` does not exist.'],
    refusal: (status, code, message) => ({ error: { message, type: code, param: null, code: status } }),
    reasoning: { reasoning: 'hm' },
  },
  lmstudio: {
    at: '127.0.0.1/lmstudio/v1',
    key: null,
    model: 'qwen/qwen3-8b',
    gone: [404, 'model_not_found', 'Model "gone" not found'],
    refusal: (_, _code, message) => ({ error: message }),
    refuses: ({ response_format: format }) =>
      JSON.stringify(format ?? '').includes('json_object')
        ? "'response_format.type' must be 'json_schema' or 'text'"
        : null,
    text: (text) => `<think>hm</think>${text}`,
  },
};

/** A call as it arrived. */
export interface ServiceCall {
  readonly service: string;
  readonly body: SentBody;
}

/**
 * Starts all of them behind one port, which is the proxy to their hosts. A model called `gone` is not there, and the key is
 * `right`. With tools each asks for `find_order` first; its final text is `text`.
 */
export async function startServices(text: string): Promise<{ readonly port: number; readonly calls: ServiceCall[] }> {
  const calls: ServiceCall[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((sent) => {
      const body = JSON.parse(sent) as SentBody;
      const { host, pathname } = new URL(request.url ?? '', 'http://127.0.0.1');
      const at = `${host}${pathname}`.replace(/\/chat\/completions$/, '');
      const [name, service] = Object.entries(documentedServices).find(([, each]) => each.at === at) ?? [];
      if (!name || !service) return void response.writeHead(404).end(`no service at ${at}`);
      calls.push({ service: name, body });
      const refused = refusalOf(service, body, request);
      if (refused) return sendJson(response, refused.status, refused.body);
      answer(response, service, body, text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, calls };
}

function refusalOf(service: DocumentedService, body: SentBody, { headers }: IncomingMessage): Refusal | null {
  const refuse = (status: number, code: string, message: string) => ({
    status,
    body: service.refusal(status, code, message),
  });
  if (service.key && headers[service.key[0]] !== `${service.key[1]}right`)
    return refuse(401, 'invalid_api_key', 'Unauthorized');
  if (body.model === 'gone') return refuse(...service.gone);
  if (body.model !== service.model) return refuse(400, 'wrong', `asked for ${body.model}`);
  const unknown = Object.keys(body).find((name) => service.unknownNames?.test(name));
  if (unknown) return refuse(400, 'INVALID_ARGUMENT', `Unknown name "${unknown}": Cannot find field.`);
  const wrong = service.refuses?.(body);
  if (wrong) return refuse(400, 'invalid_request_error', wrong);
  const lacking = body.messages.find(
    (message) => message.tool_calls && service.wants && !service.wants(message, isOwn(message)),
  );
  return lacking ? refuse(400, 'INVALID_ARGUMENT', `a call lacks what goes with it: ${JSON.stringify(lacking)}`) : null;
}

/** Its own calls are of the order A-1; those of a transcript are of another. */
function isOwn({ tool_calls: calls }: SentMessage): boolean {
  return JSON.stringify(calls).includes('A-1');
}

function answer(response: ServerResponse, service: DocumentedService, body: SentBody, text: string): void {
  const { text: wrap = (plain: string): unknown => plain, reasoning, call, message: beside } = service;
  const asks = body.tools !== undefined && body.messages.at(-1)?.role === 'user';
  const called = {
    id: 'made-up',
    type: 'function',
    function: { name: 'find_order', arguments: '{"id":"A-1"}' },
    ...call,
  };
  const message = asks
    ? { content: null, ...beside, tool_calls: [called] }
    : { content: wrap(body['response_format'] ? '{"answer":"Friday"}' : text), ...reasoning };
  const usage = service.usage ?? { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
  const finish = asks ? 'tool_calls' : 'stop';
  const frame = { id: 'chatcmpl-1', created: 1764000000, model: body.model };
  if (!body.stream)
    return void sendJson(response, 200, {
      ...frame,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
      usage,
    });
  const chunk = (delta: unknown, finish_reason: string | null = null) => ({
    ...frame,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const told = service.tellsUsage || body.stream_options?.include_usage;
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    ...deltasOf(message).map((delta) => chunk(delta)),
    chunk({}, finish),
    ...(told ? [{ ...frame, object: 'chat.completion.chunk', choices: [], usage }] : []),
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end([...chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n'].join(''));
}

/** A message in pieces: texts are cut in the middle. */
function deltasOf(message: Fields): Fields[] {
  return Object.entries(message).flatMap(([name, value]) => {
    if (typeof value === 'string') {
      const middle = Math.ceil(value.length / 2);
      return [{ [name]: value.slice(0, middle) }, { [name]: value.slice(middle) }];
    }
    if (name === 'tool_calls') return [{ tool_calls: (value as Fields[]).map((call, index) => ({ index, ...call })) }];
    return value === null ? [] : [{ [name]: value }];
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

import { z } from 'zod';
import { TemplateError } from '../core/template.js';
import { secretReferenceSchema } from '../model/config.js';
import { type Json, jsonSchema } from '../model/json.js';
import type { ModelRequest } from '../model/request.js';
import { compileBody, findBrokenTemplates } from './body-template.js';
import { endpointSchema, headerSecrets, headersSchema, plainHeaders, resolveHeaders } from './endpoint.js';
import { badResponse, connectionError, describeService, parseAnswer, type Service, statusError } from './faults.js';
import { callHttp, type HttpResponse, httpTarget } from './http-call.js';
import { findValues, jsonPathSchema } from './json-path.js';
import { defineProvider, ProviderError } from './provider.js';

const bodySchema = jsonSchema.superRefine((body, context) => {
  for (const { path, error } of findBrokenTemplates(body))
    context.addIssue({ code: 'custom', path, message: `a template that does not parse: ${error.message}` });
});

/** Any application with an HTTP endpoint: JSON in, text out. */
export const http = defineProvider({
  type: 'http',
  describe: 'Any application with an HTTP endpoint.',
  config: {
    url: endpointSchema,
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    headers: headersSchema.optional(),
    apiKey: secretReferenceSchema.optional().describe('Sent as Authorization: Bearer.'),
    body: bodySchema
      .optional()
      .describe(
        'JSON whose strings are Liquid templates with the variables of the case; a string stays a string. Also there, ' +
          'where no variable has the name: prompt (the last user message), messages, model. Default: an object of model, prompt, messages and vars.',
      ),
    output: jsonPathSchema
      .optional()
      .describe('JSONPath of the text in the answer; may be left out when the answer is text/plain.'),
    usage: z
      .strictObject({ inputTokens: jsonPathSchema.optional(), outputTokens: jsonPathSchema.optional() })
      .optional()
      .describe('JSONPaths of the token counts in the answer.'),
  },
  sendsVars: true,
  // With the paths of the token counts: an answer recorded without counts is another answer
  identity: ({ url, method, headers, body, output, usage }) => ({
    url,
    method,
    headers: plainHeaders(headers),
    body,
    output,
    usage: usage && { inputTokens: usage.inputTokens ?? null, outputTokens: usage.outputTokens ?? null },
  }),
  secrets: ({ apiKey, headers }) => [...(apiKey === undefined ? [] : [apiKey]), ...headerSecrets(headers)],
  create: (entry, { secret }) => {
    const target = httpTarget(entry.url);
    const key = entry.apiKey === undefined ? undefined : secret(entry.apiKey);
    const service = describeService(entry.url, [
      ...(key === undefined ? [] : [key]),
      ...headerSecrets(entry.headers).map(secret),
    ]);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/plain;q=0.9',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...resolveHeaders(entry.headers, secret),
    };
    const render = entry.body === undefined ? null : compileBody(entry.body);
    return {
      complete: async (request, { signal, onHeaders }) => {
        const body = JSON.stringify(render ? renderBody(render, request) : defaultBody(request));
        const response = await callHttp(target, { method: entry.method, headers, body, signal }).catch(
          (error: unknown) => {
            throw signal.aborted || error instanceof ProviderError ? error : connectionError(error, service);
          },
        );
        const { status } = response;
        const fields = { get: (name: string) => headerOf(response, name) };
        onHeaders?.(fields);
        if (status < 200 || status >= 300) {
          throw statusError(status, response.body, fields, service, Date.now());
        }
        const json = entry.output || entry.usage ? parseAnswer(response.body, service) : null;
        return {
          text: entry.output ? findText(entry.output, json, response.body, service) : plainText(response, service),
          toolCalls: [],
          usage: {
            inputTokens: findCount(entry.usage?.inputTokens, json),
            outputTokens: findCount(entry.usage?.outputTokens, json),
          },
          finishReason: null,
          servedModel: null,
        };
      },
    };
  },
});

/** What templates may use besides the variables of the case, which come first. */
function defaultBody({ model, messages, vars }: ModelRequest) {
  const prompt = messages.findLast((message) => message.role === 'user')?.content ?? '';
  return { model, prompt, messages, vars };
}

function renderBody(render: (vars: Readonly<Record<string, unknown>>) => Json, request: ModelRequest): Json {
  const { model, prompt, messages } = defaultBody(request);
  try {
    return render({ model, prompt, messages, ...request.vars });
  } catch (error) {
    if (error instanceof TemplateError) throw new ProviderError('invalid-request', `body: ${error.message}`);
    throw error;
  }
}

function findText(path: string, json: unknown, body: string, service: Service): string {
  const values = findValues(path, json);
  const [value] = values;
  if (values.length > 1)
    throw badResponse(`answered with ${values.length} values at ${path}, where one is the text`, body, service);
  if (value === undefined || value === null) throw badResponse(`answered with nothing at ${path}`, body, service);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function plainText(response: HttpResponse, service: Service): string {
  if (/^text\/plain\b/i.test(headerOf(response, 'content-type') ?? '')) return response.body;
  throw badResponse(
    'answered with something other than text/plain; say with output: where the text is',
    response.body,
    service,
  );
}

function findCount(path: string | undefined, json: unknown): number | null {
  const value = path === undefined ? null : findValues(path, json)[0];
  return typeof value === 'number' ? value : null;
}

function headerOf({ headers }: HttpResponse, name: string): string | null {
  const value = headers[name];
  return value === undefined ? null : String(value);
}

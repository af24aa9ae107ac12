import { z } from 'zod';
import { jsonSchema } from '../model/json.js';
import type { Usage } from '../model/output.js';
import { secretReferenceSchema } from '../model/provider-keys.js';
import { compileAppBody } from './apps/app-body.js';
import { findBrokenTemplates } from './apps/body-template.js';
import { jsonPathOr, jsonPathSchema } from './apps/json-path.js';
import { appCodeFields } from './contract/app-code.js';
import { defineProvider } from './contract/provider.js';
import {
  endpointLack,
  endpointSchema,
  headerSecrets,
  headersSchema,
  plainHeaders,
  resolveEndpoint,
  resolveHeaders,
} from './transport/endpoint.js';
import { describeService } from './transport/faults.js';
import { withoutUndefined } from './transport/requests.js';

const bodySchema = jsonSchema.superRefine((body, context) => {
  for (const { path, error } of findBrokenTemplates(body))
    context.addIssue({ code: 'custom', path, message: `a template that does not parse: ${error.message}` });
});

const pathsSchema = z.union([jsonPathSchema, z.array(jsonPathSchema).min(1)]);
const countPath = pathsSchema.optional();

/** Any application with an HTTP endpoint: JSON in, text out. */
export const http = defineProvider({
  type: 'http',
  describe: 'Any application with an HTTP endpoint.',
  config: {
    url: endpointSchema.describe('Where the app answers; `env:NAME` in it is a variable of the environment.'),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').describe('How it is asked.'),
    headers: headersSchema.optional(),
    apiKey: secretReferenceSchema.optional().describe('Sent as Authorization: Bearer.'),
    body: bodySchema
      .optional()
      .describe(
        'JSON whose strings are Liquid templates with the variables of the case. A string that is one variable alone ' +
          '(`{{ n }}`) becomes its value: a number, list or object stays one. Also there, where no variable has the name: prompt (the last user message), messages, model, and session. Default: an object of model, prompt, messages and vars.',
      ),
    output: pathsSchema
      .optional()
      .describe(
        'JSONPath of the text in the answer; may be left out when the answer is text/plain. In a list, each further path ' +
          'looks into the JSON within the text found before. Of lines of JSON and server-sent events it is looked up in ' +
          'each, and the texts are joined; `$[-1].answer` is the last.',
      ),
    session: z
      .union([jsonPathOr('cookie'), z.array(jsonPathSchema).min(1)])
      .optional()
      .describe(
        'By which the app knows a conversation that it keeps itself, so that turns go on where the last one ended: ' +
          '`cookie`, or the JSONPath of an id in its answers, which templates of the body then have as session (null in ' +
          'the first turn).',
      ),
    usage: z
      .strictObject({
        inputTokens: countPath,
        outputTokens: countPath,
        cacheReadTokens: countPath,
        cacheWriteTokens: countPath,
        cacheWrite1hTokens: countPath,
        imageTokens: countPath,
        audioTokens: countPath,
        reasoningTokens: countPath,
        outputAudioTokens: countPath,
      } satisfies Record<keyof Usage, z.ZodType>)
      .optional()
      .describe(
        'JSONPaths of the token counts in the answer. `inputTokens` is all input, `outputTokens` all output; the others are parts of these that have a price of their own.',
      ),
    ...appCodeFields,
  },
  app: ({ code = null, version = null, allowUnversioned }) => ({ code, command: null, version, allowUnversioned }),
  sendsVars: true,
  sends: ({ body, session }) => (body === undefined ? null : compileAppBody({ body, session })),
  sendsFormat: false,
  keepsSession: ({ session }) => session !== undefined,
  // With the paths of the token counts: an answer recorded without counts is another answer
  identity: ({ url, method, headers, body, output, session, usage }) => ({
    url,
    method,
    headers: plainHeaders(headers),
    body,
    output,
    session,
    usage: usage && {
      ...withoutUndefined(usage),
      inputTokens: usage.inputTokens ?? null,
      outputTokens: usage.outputTokens ?? null,
    },
  }),
  secrets: ({ apiKey, headers }) => [...(apiKey === undefined ? [] : [apiKey]), ...headerSecrets(headers)],
  lacks: ({ url }, { env }) => endpointLack(url, env),
  create: async (entry, { secret, world }) => {
    const key = entry.apiKey === undefined ? undefined : secret(entry.apiKey);
    const url = resolveEndpoint(entry.url, world.env);
    const service = describeService(url, [
      ...(key === undefined ? [] : [key]),
      ...headerSecrets(entry.headers).map(secret),
    ]);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/plain;q=0.9, application/x-ndjson;q=0.8, text/event-stream;q=0.8',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...resolveHeaders(entry.headers, secret),
    };
    const { connectHttp } = await import('./apps/http-client.js');
    return connectHttp({ ...entry, url }, { headers, service, env: world.env });
  },
});

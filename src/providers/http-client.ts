import { lastQuestion } from '../core/requests/message-text.js';
import { jsonText, writtenText } from '../core/text/json-value.js';
import { TemplateError } from '../core/text/template.js';
import type { Json } from '../model/json.js';
import { countOfTokens, type Usage } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import { compileBody } from './body-template.js';
import { badResponse, connectionError, parseAnswer, requireNoError, type Service, statusError } from './faults.js';
import { callHttp, type HttpResponse, httpTarget } from './http-call.js';
import { findValues } from './json-path.js';
import type { Provider } from './provider.js';
import { ProviderError } from './provider-error.js';
import type { ProxyVariables } from './proxy-variables.js';
import { toldParts } from './usage-counts.js';

/** What is sent to an application, and where its answer has what. */
interface App {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** A template, or undefined for the usual body. */
  readonly body?: Json | undefined;
  /** JSONPaths. */
  readonly output?: string | undefined;
  readonly usage?: CountPaths | undefined;
}

type CountPaths = { readonly [Count in keyof Usage]?: string | undefined };

interface Connection {
  /** With all references to secrets resolved. */
  readonly headers: Readonly<Record<string, string>>;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: ProxyVariables;
}

/** Makes calls of an application. */
export function connectHttp(entry: App, { headers, service, env }: Connection): Provider {
  const target = httpTarget(entry.url, env);
  const render = entry.body === undefined ? null : compileBody(entry.body);
  return {
    complete: async (request, { signal, onHeaders }) => {
      const body = jsonText(render ? renderBody(render, request) : defaultBody(request));
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
      requireNoError(json, service);
      return {
        text: entry.output ? findText(entry.output, json, response.body, service) : plainText(response, service),
        toolCalls: [],
        usage: findUsage(entry.usage ?? {}, json),
        finishReason: null,
        servedModel: null,
      };
    },
  };
}

/** What templates may use besides the variables of the case, which come first. */
function defaultBody({ model, messages, vars }: ModelRequest) {
  const prompt = lastQuestion(messages) ?? '';
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

function findText(path: string, json: Json, body: string, service: Service): string {
  const values = findValues(path, json);
  const [value] = values;
  if (values.length > 1)
    throw badResponse(`answered with ${values.length} values at ${path}, where one is the text`, body, service);
  if (value === undefined || value === null) throw badResponse(`answered with nothing at ${path}`, body, service);
  return writtenText(value);
}

function plainText(response: HttpResponse, service: Service): string {
  if (/^text\/plain\b/i.test(headerOf(response, 'content-type') ?? '')) return response.body;
  throw badResponse(
    'answered with something other than text/plain; say with output: where the text is',
    response.body,
    service,
  );
}

function findUsage({ inputTokens, outputTokens, ...parts }: CountPaths, json: Json): Usage {
  const found = Object.entries(parts).map(([part, path]) => [part, findCount(path, json)]);
  return {
    inputTokens: findCount(inputTokens, json),
    outputTokens: findCount(outputTokens, json),
    ...toldParts(Object.fromEntries(found)),
  };
}

function findCount(path: string | undefined, json: Json): number | null {
  return path === undefined ? null : countOfTokens(findValues(path, json)[0]);
}

function headerOf({ headers }: HttpResponse, name: string): string | null {
  const value = headers[name];
  return value === undefined ? null : String(value);
}

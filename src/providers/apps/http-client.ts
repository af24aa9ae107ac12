import { jsonText, writtenText } from '../../core/text/json-value.js';
import { TemplateError } from '../../core/text/template.js';
import { isBlank } from '../../model/blank.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import type { Json } from '../../model/json.js';
import type { Answer, Usage } from '../../model/output.js';
import { collectMedia, withBytes } from '../contract/media.js';
import type { Provider } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { badResponse, type Service, statusError } from '../transport/faults.js';
import { callService, type HttpResponse, httpTarget, isEventStream } from '../transport/http-call.js';
import { type AppBody, compileAppBody } from './app-body.js';
import { inSession, sessionAfter, withCookies } from './app-session.js';
import { AppStream } from './app-stream.js';
import { type CountPaths, findText, findUsage, type Paths, readAppAnswer } from './http-answer.js';

/** What is sent to an application, and where its answer has what. */
interface App extends AppBody {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly output?: Paths | undefined;
  readonly usage?: CountPaths | undefined;
}

interface Connection {
  /** With all references to secrets resolved. */
  readonly headers: Readonly<Record<string, string>>;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: EnvironmentVariables;
}

/** Makes calls of an application. */
export function connectHttp(entry: App, { headers, service, env }: Connection): Provider {
  const target = httpTarget(entry.url, env);
  const render = compileAppBody(entry);
  return {
    complete: async (request, { signal, headers: along, onHeaders, onFirstToken, media }) => {
      const messages = withBytes(request.messages, await collectMedia(request.messages, media), { paths: false });
      const body = jsonText(renderBody(() => render(request, messages)));
      const stream = new AppStream(entry.output, service, onFirstToken);
      const onEvents = (bytes: Uint8Array) => stream.push(bytes);
      const response = await callService(service, target, {
        method: entry.method,
        headers: withCookies({ ...along, ...headers }, entry.session, request),
        body,
        signal,
        onEvents,
      });
      const { status } = response;
      const fields = { get: (name: string) => headerOf(response, name) };
      onHeaders?.(fields);
      if (status < 200 || status >= 300) {
        const error = statusError(status, response.body, fields, service, Date.now());
        throw request.session ? inSession(error) : error;
      }
      const events = isEventStream(response) ? stream.end() : null;
      const read = readAnswer(entry, response, events, service);
      if (isBlank(read.text)) throw badResponse('answered without a text', response.body, service);
      const session = sessionAfter(entry.session, request, { response, events, service });
      return { ...read, ...session, toolCalls: [], finishReason: null, servedModel: null };
    },
  };
}

function readAnswer(
  { output, usage = {} }: App,
  response: HttpResponse,
  events: readonly Json[] | null,
  service: Service,
): Pick<Answer, 'text' | 'usage'> {
  const contentType = headerOf(response, 'content-type') ?? '';
  if (events !== null) {
    if (output === undefined) return { text: events.map(writtenText).join(''), usage: NO_USAGE };
    return { text: findText(output, { events }, '', service), usage: findUsage(usage, { events }, service) };
  }
  if (output === undefined && !/^text\/plain\b/i.test(contentType))
    throw badResponse(
      'answered with something other than text/plain; say with output: where the text is',
      response.body,
      service,
    );
  if (output === undefined && Object.keys(usage).length === 0) return { text: response.body, usage: NO_USAGE };
  const answer = readAppAnswer(response.body, contentType, service);
  const text = output === undefined ? response.body : findText(output, answer, response.body, service);
  return { text, usage: findUsage(usage, answer, service) };
}

const NO_USAGE: Usage = { inputTokens: null, outputTokens: null };

function renderBody(render: () => Json): Json {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) throw new ProviderError('invalid-request', `body: ${error.message}`);
    throw error;
  }
}

function headerOf({ headers }: HttpResponse, name: string): string | null {
  const value = headers[name];
  return value === undefined ? null : String(value);
}

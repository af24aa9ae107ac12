import { lastQuestion } from '../../core/requests/message-text.js';
import type { Json } from '../../model/json.js';
import type { ModelRequest } from '../../model/request.js';
import { sessionField } from './app-session.js';
import { compileBody } from './body-template.js';
import type { Paths } from './http-answer.js';

/** What of an app's entry decides what it is sent. */
export interface AppBody {
  /** A template, or undefined for the usual body. */
  readonly body?: Json | undefined;
  /** `cookie`, or where an answer has the id of the conversation. */
  readonly session?: Paths | undefined;
}

/** What templates of a body may use though it may be null. */
const SESSION: ReadonlySet<string> = new Set(['session']);

/**
 * A function from a request to what an app is sent; `messages` are those of the request as they go out. Throws as
 * `compileBody` does.
 */
export function compileAppBody({ body, session: kind }: AppBody) {
  const render = body === undefined ? null : compileBody(body, SESSION);
  return (request: ModelRequest, messages: readonly unknown[] = request.messages): Json => {
    const { model, vars } = request;
    const session = sessionField(kind, request);
    // What is sent is JSON
    const usual = { model, prompt: lastQuestion(request.messages) ?? '', messages, vars, ...session } as Json & object;
    return render ? render({ ...usual, ...vars, ...session }) : usual;
  };
}

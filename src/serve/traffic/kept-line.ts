import type { Redact } from '../../core/text/redact.js';
import { redactJson } from '../../core/text/redact-json.js';
import { DataMask } from '../../metrics/masked-data.js';
import type { Json } from '../../model/json.js';
import type { KeptCall } from '../../model/kept-call.js';
import type { FinishedCall } from '../calls/finished-call.js';

/** What of a call may be kept: not who asked, and nothing of the prompt's own messages, which its release has. */
export type Keepable = Pick<
  FinishedCall,
  | ('id' | 'at' | 'prompt' | 'release' | 'digest' | 'arm' | 'rollout' | 'model')
  | ('variables' | 'answer' | 'error' | 'latencyMs' | 'usd')
> & {
  /** The client's messages, without bytes of images and files; null for none. */
  readonly messages: Json;
};

/** What of a call is kept if it comes to that. The call itself holds more, which would stay in memory with it. */
export function keepableOf(call: FinishedCall): Keepable {
  const { id, at, prompt, release, digest, arm, rollout, model, variables, answer, error, latencyMs, usd } = call;
  const of = { id, at, prompt, release, digest, arm, rollout, model, variables, answer, error, latencyMs, usd };
  return { ...of, messages: call.said.length === 0 ? null : call.said.map(withoutMedia) };
}

/** How many characters it is about. */
export function sizeOfLine({ variables, messages, answer }: Keepable): number {
  const said = JSON.stringify(variables).length + JSON.stringify(messages).length;
  return said + (answer === null ? 0 : answer.text.length + JSON.stringify(answer.toolCalls).length);
}

/** The call as it goes to the disk: personal data and keys masked, the same value by the same placeholder in all of it. */
export function maskedCall(call: Keepable, environment: string, redact: Redact): KeptCall {
  const mask = new DataMask();
  const text = (value: string) => mask.text(redact(value));
  const { id, at, prompt, release, digest, arm, rollout, model, variables, messages, error, latencyMs, usd } = call;
  const vars = redactJson({ ...variables }, text) as KeptCall['vars'];
  const said = redactJson(messages, text);
  const answer = call.answer && {
    text: text(call.answer.text),
    toolCalls: call.answer.toolCalls.map(({ name, arguments: args }) => ({
      ...{ name: text(name), arguments: redactJson(args, text) },
    })),
    finishReason: call.answer.finishReason,
  };
  const of = { id, at: new Date(at).toISOString(), environment, prompt, release, digest, arm, rollout, model };
  return { ...of, vars, messages: said, answer, error, latencyMs, usd };
}

/** Nothing of what a model has thought either: that is for its service. */
function withoutMedia({ continuation: _, ...message }: FinishedCall['said'][number]): Json {
  const { content } = message;
  if (content === undefined || typeof content === 'string') return message as Json;
  const parts = content.map((part) => ('text' in part ? { text: part.text } : { media: 'not kept' }));
  return { ...message, content: parts } as Json;
}

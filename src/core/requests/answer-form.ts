import type { AnswerForm } from '../../model/answer-form.js';
import type { Content } from '../../model/message.js';
import type { ModelRequest } from '../../model/request.js';
import { jsonText } from '../text/json-value.js';

/** A request for JSON with a schema, asked in another form: the schema stands behind what the user said last. */
export function inForm(request: ModelRequest, form: AnswerForm): ModelRequest {
  const { schema } = request.output;
  if (form === 'schema' || schema === undefined) return request;
  const asked = request.messages.findLastIndex(({ role }) => role === 'user');
  const words = `Answer with one JSON object and nothing else. It meets this JSON Schema:\n${jsonText(schema)}`;
  return {
    ...request,
    messages: request.messages.map((message, index) =>
      index === asked ? { role: 'user', content: withWords(message.content, words) } : message,
    ),
    output: { format: form === 'json' ? 'json' : 'text' },
  };
}

function withWords(content: Content, words: string): Content {
  return typeof content === 'string' ? `${content}\n\n${words}` : [...content, { type: 'text', text: words }];
}

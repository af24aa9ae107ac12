import type { AnswerForm } from '../../model/answer-form.js';
import type { ModelRequest } from '../../model/request.js';
import { textOf } from './message-text.js';

/** A request for JSON with a schema, asked in another form: the schema stands behind what the user said last. */
export function inForm(request: ModelRequest, form: AnswerForm): ModelRequest {
  const { schema } = request.output;
  if (form === 'schema' || schema === undefined) return request;
  const asked = request.messages.findLastIndex(({ role }) => role === 'user');
  const words = `Answer with one JSON object and nothing else. It meets this JSON Schema:\n${JSON.stringify(schema)}`;
  return {
    ...request,
    messages: request.messages.map((message, index) =>
      index === asked ? { role: 'user', content: `${textOf(message.content)}\n\n${words}` } : message,
    ),
    output: { format: form === 'json' ? 'json' : 'text' },
  };
}

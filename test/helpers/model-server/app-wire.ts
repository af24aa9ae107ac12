import { asText, type JsonObject } from './json.js';
import { anyShape, estimateTokens, type Wire } from './wire.js';

/** A user's own chat application: `POST /chat` answers `{ answer, usage: { in, out } }`. It lets calls in without a key. */
export const appChat: Wire = {
  api: 'app',
  service: 'chat',
  headers: (serial) => ({ 'x-trace-id': `trace_${serial}` }),
  readKey: (headers) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  refuseKey: (key) => (key === undefined ? null : { status: 401, message: 'wrong key' }),
  check: () => null,
  lastUserText: readQuestion,
  demand: () => anyShape,
  answer: (body, answer) => ({
    answer: answer.text,
    usage: {
      in: answer.usage?.inputTokens ?? estimateTokens(readQuestion(body)),
      out: answer.usage?.outputTokens ?? estimateTokens(answer.text),
    },
    ...(answer.toolCalls && {
      toolCalls: answer.toolCalls.map((call) => ({ name: call.name, arguments: call.arguments })),
    }),
  }),
  error: ({ status, message }) => ({ error: message ?? `status ${status}` }),
  withoutContent: ({ answer: _, ...rest }) => rest,
  withNullContent: (answer) => ({ ...answer, answer: null }),
};

// An application takes any body: its question is the first string in it.
function readQuestion(body: JsonObject): string {
  return asText(body['question'] ?? Object.values(body).find((value) => typeof value === 'string'));
}

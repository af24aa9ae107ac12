import { lastQuestion } from '../core/requests/message-text.js';
import { defineProvider } from './contract/provider.js';

/** Answers with the last user message. */
export const echo = defineProvider({
  type: 'echo',
  describe: 'Answers with the last user message: for tests, and for scoring ready-made text.',
  config: {},
  builtIn: true,
  free: true,
  identity: () => ({}),
  create: () => ({
    complete: async ({ messages }) => ({
      text: lastQuestion(messages) ?? '',
      toolCalls: [],
      usage: { inputTokens: 0, outputTokens: 0 },
      finishReason: 'stop',
      servedModel: null,
    }),
  }),
});

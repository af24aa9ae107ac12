import type { ModelServerOptions } from './model-server.js';
import { makeServedProject, questions, type ServedOptions, type ServedProject } from './served-project.js';

/** A project whose model has a price: $100 for a million tokens in, $1,000 out. Every call takes 10 tokens in, 5 out. */
export function setUpMoney(server: ModelServerOptions = {}, setting: ServedOptions = {}): Promise<ServedProject> {
  const usage = { inputTokens: 10, outputTokens: 5 };
  return makeServedProject(
    { respond: (call) => ({ kind: 'text', text: call.lastUserText, usage }), ...server },
    {
      cases: questions(5),
      prompt: { modelParameters: { maxTokens: 100 } },
      ...setting,
      config: { prices: { 'fake/model-1': { input: 100, output: 1000 } }, ...setting.config },
    },
  );
}

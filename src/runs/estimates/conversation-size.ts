import { isAsking, openConversation } from '../../core/requests/conversation.js';
import { estimateCalls, estimateUsage } from '../../core/requests/cost.js';
import type { Case } from '../../model/case.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Prompt } from '../../model/prompt.js';
import type { ModelRequest } from '../../model/request.js';

/** What metrics may have to look at. */
export interface SampleSize {
  /** Answers that a metric sees which looks at every one: one a turn. */
  readonly turns: number;
  /** Tokens of all that was sent with the last call, and of its answer, at the most. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** How large a sample may become. Throws TemplateError. */
export function sizeOf(
  prompt: Pick<Prompt, 'defaults' | 'tools' | 'responses'>,
  testCase: Pick<Case, 'vars' | 'turns' | 'simulate'>,
  request: ModelRequest,
): SampleSize {
  const conversation = openConversation(prompt, testCase, request);
  if (conversation === null) return { turns: 1, ...estimateUsage(request) };
  const lines = testCase.simulate?.maxTurns ?? testCase.turns?.length ?? 0;
  const opened = isAsking(request.messages.at(-1)?.role) ? 1 : 0;
  const last = estimateCalls(request, conversation.further).at(-1) ?? estimateUsage(request);
  return { turns: opened + lines, ...last };
}

/** How often a metric looks at such a sample. */
export function looksOf({ on }: Pick<MetricEntry, 'on'>, { turns }: SampleSize): number {
  return on === 'every' ? turns : 1;
}

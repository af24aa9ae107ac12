import { estimateTokens, longestAnswer } from '../../core/requests/cost.js';
import { textsOfMessage } from '../../core/requests/prompt-texts.js';
import { entriesFor } from '../../core/scores/cases.js';
import { judgeCallsOf } from '../../metrics/access.js';
import { metricsUsed } from '../../metrics/used-metric.js';
import type { Case } from '../../model/case.js';
import type { Suite } from '../../model/suite.js';
import type { Project } from '../../project/load.js';
import { looksOf, type SampleSize } from './conversation-size.js';

/** What questions to the judge may use, at most. */
export interface JudgeEstimate {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Marks around what is judged, the rule about them, and the form of the answer. */
const FRAME_TOKENS = 300;

/**
 * The questions that metrics may put to the judge about one sample. What is asked depends on an output that is not there
 * yet: each is taken to hold the judge's prompt, the metric's parameters, all that the model was sent in its last call, what is expected,
 * and an output at its longest.
 */
export function estimateQuestions(
  suite: Suite,
  testCase: Case,
  size: SampleSize,
  { metrics, providers, settings: { judges } }: Pick<Project, 'metrics' | 'providers' | 'settings'>,
): JudgeEstimate {
  const sum = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const answerLimit = providers.get(judges.model?.model.provider ?? '')?.definition.answerLimit;
  for (const { definition, entry } of metricsUsed(entriesFor(suite, testCase), metrics)) {
    const calls = judgeCallsOf(definition, entry) * looksOf(entry, size);
    if (calls === 0) continue;
    const prompt = judges.prompts.get(definition.judge?.prompt ?? '');
    const texts = [
      ...(prompt?.messages ?? []).flatMap(textsOfMessage).map(({ text }) => text),
      JSON.stringify(entry.params),
      JSON.stringify(testCase.expected ?? ''),
    ];
    sum.calls += calls;
    sum.inputTokens += calls * (estimateTokens(texts) + size.inputTokens + size.outputTokens + FRAME_TOKENS);
    const { maxTokens = answerLimit, ...limits } = { ...prompt?.parameters, ...judges.model?.parameters };
    sum.outputTokens += calls * longestAnswer({ ...limits, maxTokens });
  }
  return sum;
}

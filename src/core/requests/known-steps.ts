import type { Case } from '../../model/case.js';
import type { RecordedAnswer } from '../../model/output.js';
import type { Prompt } from '../../model/prompt.js';
import type { ModelRequest } from '../../model/request.js';
import type { Responder } from '../../model/respond.js';
import { type CallRange, openConversation } from './conversation.js';
import { faultOfCall, fixedResult } from './tool-results.js';

/** How far a sample comes with answers that are there already. */
export interface KnownSteps<Answer> {
  /** Those answers, in their order. */
  readonly known: readonly Answer[];
  /**
   * The request whose answer is not there; null when all are, or when nobody can tell: what a module or program says to a
   * call of a tool is not known before it runs, nor what a simulated user says. Where such a user speaks first it is the
   * prompt alone.
   */
  readonly lacking: ModelRequest | null;
  /** Calls that may follow on that request. */
  readonly further: CallRange;
}

const NONE: CallRange = { least: 0, most: 0 };

/** Follows a sample through answers that `find` has, as far as they go. Throws TemplateError. */
export function followKnown<Answer extends RecordedAnswer>(
  prompt: Pick<Prompt, 'defaults' | 'tools' | 'responses'>,
  testCase: Pick<Case, 'vars' | 'turns' | 'simulate'>,
  request: ModelRequest,
  find: (request: ModelRequest) => Answer | null,
): KnownSteps<Answer> {
  const known: Answer[] = [];
  const conversation = openConversation(prompt, testCase, request);
  if (conversation === null) {
    const answer = find(request);
    return answer ? { known: [answer], lacking: null, further: NONE } : { known, lacking: request, further: NONE };
  }
  for (;;) {
    const next = conversation.next();
    if (next.kind === 'done') return { known, lacking: null, further: NONE };
    if (next.kind === 'say') return { known, lacking: next.opening ? request : null, further: conversation.further };
    if (next.kind === 'ask') {
      const answer = find(next.request);
      if (!answer) return { known, lacking: next.request, further: conversation.further };
      known.push(answer);
      conversation.take({ ...answer, usd: null, source: 'replay' });
      continue;
    }
    const results = next.calls.map((call) => {
      const fault = faultOfCall(call, prompt.tools);
      return fault ?? resultOf(prompt.responses?.responders.get(call.name), call);
    });
    if (!results.every((result) => result !== null)) return { known, lacking: null, further: NONE };
    conversation.give(results);
  }
}

function resultOf(responder: Responder | undefined, call: Parameters<typeof fixedResult>[0]): string | null {
  return responder?.kind === 'fixed' ? fixedResult(call, responder.rules) : null;
}

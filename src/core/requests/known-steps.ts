import type { Case } from '../../model/case.js';
import type { Message } from '../../model/message.js';
import type { RecordedAnswer } from '../../model/output.js';
import type { Prompt } from '../../model/prompt.js';
import type { ModelRequest } from '../../model/request.js';
import type { Responder } from '../../model/respond.js';
import { type CallRange, openConversation, type UserLine } from './conversation.js';
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
  /** What was said before a line of a simulated user that is not there; null where none is waited for. */
  readonly unsaid: readonly Message[] | null;
  /** Calls that may follow on that request, or on that line. */
  readonly further: CallRange;
  /** Lines that a simulated user may still be asked for. */
  readonly lines: CallRange;
}

/** Where answers that are there already are found. */
export interface Known<Answer> {
  readonly find: (request: ModelRequest) => Answer | null;
  /** The line of a simulated user; none is known unless given. */
  readonly findLine?: (messages: readonly Message[], opening: boolean) => UserLine | null;
}

const NONE: CallRange = { least: 0, most: 0 };
const NOTHING = { lacking: null, unsaid: null, further: NONE, lines: NONE };

/** Follows a sample through answers that are known, as far as they go. Throws TemplateError. */
export function followKnown<Answer extends RecordedAnswer>(
  prompt: Pick<Prompt, 'defaults' | 'tools' | 'responses'>,
  testCase: Pick<Case, 'vars' | 'turns' | 'simulate'>,
  request: ModelRequest,
  { find, findLine = () => null }: Known<Answer>,
): KnownSteps<Answer> {
  const known: Answer[] = [];
  const conversation = openConversation(prompt, testCase, request);
  if (conversation === null) {
    const answer = find(request);
    return answer ? { ...NOTHING, known: [answer] } : { ...NOTHING, known, lacking: request };
  }
  for (;;) {
    const next = conversation.next();
    const { further, lines } = conversation;
    if (next.kind === 'done') return { ...NOTHING, known };
    if (next.kind === 'say') {
      const { messages, opening } = next;
      const line = findLine(messages, opening);
      if (!line) return { known, lacking: opening ? request : null, unsaid: messages, further, lines };
      conversation.say(line);
      continue;
    }
    if (next.kind === 'ask') {
      const answer = find(next.request);
      if (!answer) return { known, lacking: next.request, unsaid: null, further, lines };
      known.push(answer);
      conversation.take({ ...answer, usd: null, source: 'replay' });
      continue;
    }
    const results = next.calls.map((call) => {
      const fault = faultOfCall(call, prompt.tools);
      return fault ?? resultOf(prompt.responses?.responders.get(call.name), call);
    });
    if (!results.every((result) => result !== null)) return { ...NOTHING, known };
    conversation.give(results);
  }
}

function resultOf(responder: Responder | undefined, call: Parameters<typeof fixedResult>[0]): string | null {
  return responder?.kind === 'fixed' ? fixedResult(call, responder.rules) : null;
}

import type { Case } from '../../model/case.js';
import type { Message } from '../../model/message.js';
import type { Output, Step } from '../../model/output.js';
import type { Prompt } from '../../model/prompt.js';
import type { ModelRequest } from '../../model/request.js';
import { compileTemplate } from '../text/template.js';
import { addSteps, stepOf } from './steps.js';

/** A call of a tool that waits for its result. */
export type OpenCall = NonNullable<Extract<Message, { role: 'assistant' }>['toolCalls']>[number];

/** What the user says next; null when the user is done. */
export interface UserLine {
  readonly says: string | null;
}

/** What a conversation needs next: an answer of the model, results of tools in the order of their calls, a line, or nothing. */
export type NextTurn =
  | { readonly kind: 'ask'; readonly request: ModelRequest; readonly step: number }
  /** What a simulated user says, in its turn, the first is 1. `opening`: nothing was asked yet. */
  | { readonly kind: 'say'; readonly messages: readonly Message[]; readonly turn: number; readonly opening: boolean }
  | { readonly kind: 'call'; readonly calls: readonly OpenCall[]; readonly messages: readonly Message[] }
  | { readonly kind: 'done' };

/** How many calls there will be; nobody knows before they are made. */
export interface CallRange {
  readonly least: number;
  readonly most: number;
}

/** The tools of a conversation. */
export interface ToolLoop {
  /** Those that the model may call, by name. */
  readonly known: ReadonlySet<string>;
  /** Those of them whose calls get a result: a call of another one is an answer. */
  readonly answered: ReadonlySet<string>;
  /** Calls of the model in one turn, at the most. */
  readonly maxSteps: number;
}

const NO_TOOLS: ToolLoop = { known: new Set(), answered: new Set(), maxSteps: 1 };

/** What is told to the model of a call that is not answered, when the conversation goes on all the same. */
const NO_RESULT = 'This call was not made.';

/**
 * A sample that may take several calls of its model: what the user says next follows on the model's own answers. It
 * knows what comes next and does none of it, so it runs the same live, from recordings and in batches.
 */
export class Conversation {
  readonly #request: ModelRequest;
  /** What the user is still to say; null for one who is simulated. */
  readonly #lines: string[] | null;
  /** Lines that a simulated user may still say. */
  #linesLeft: number;
  #turns = 0;
  readonly #tools: ToolLoop;
  readonly #said: Message[] = [];
  readonly #steps: Step[] = [];
  readonly #unread = new Set<string>();
  #calls: number;
  #open: readonly OpenCall[] = [];
  #last: Output | null = null;
  #session: string | null = null;
  #state: NextTurn['kind'] = 'ask';
  /** Calls of the model since the user spoke. */
  #inTurn = 0;
  #exhausted = false;
  #firstTokenMs: number | undefined;

  /** `request` is what the prompt asks; `lines` is what the user says after it, in turn, or how often a simulated one may. */
  constructor(request: ModelRequest, lines: readonly string[] | number, tools: ToolLoop = NO_TOOLS) {
    this.#request = request;
    this.#tools = tools;
    this.#lines = typeof lines === 'number' ? null : [...lines];
    this.#linesLeft = typeof lines === 'number' ? lines : 0;
    this.#calls = countCalls(request.messages);
    // A prompt that ends with its own words has asked nothing yet
    if (!isAsking(request.messages.at(-1)?.role)) this.#sayNext();
  }

  next(): NextTurn {
    const messages = [...this.#request.messages, ...this.#said];
    switch (this.#state) {
      case 'ask':
        return {
          kind: 'ask',
          request: { ...this.#request, messages, session: this.#session },
          step: this.#steps.length + 1,
        };
      case 'say':
        return { kind: 'say', messages, turn: this.#turns + 1, opening: this.#steps.length === 0 };
      case 'call':
        return { kind: 'call', calls: this.#open, messages };
      case 'done':
        return { kind: 'done' };
    }
  }

  /** Takes the answer to the request that was next; `session` is by which an app knows the conversation. */
  take(answer: Output, session: string | null = null): void {
    this.#last = answer;
    this.#session = session;
    if (this.#steps.length === 0) this.#firstTokenMs = answer.firstTokenMs;
    this.#steps.push(stepOf(answer));
    for (const kind of answer.unread ?? []) this.#unread.add(kind);
    this.#open = answer.toolCalls.map((call) => ({ ...call, id: `call_${++this.#calls}` }));
    this.#said.push({
      role: 'assistant',
      content: answer.text,
      ...(this.#open.length > 0 ? { toolCalls: [...this.#open] } : {}),
      ...(answer.continuation === undefined ? {} : { continuation: answer.continuation }),
    });
    this.#inTurn++;
    if (this.#loops()) this.#state = 'call';
    else if (!this.#sayNext()) this.#state = 'done';
  }

  /** Takes the results of the calls that were next, in their order. */
  give(results: readonly string[]): void {
    for (const [place, { id }] of this.#open.entries())
      this.#said.push({ role: 'tool', toolCallId: id, content: results[place] ?? NO_RESULT });
    this.#open = [];
    this.#state = 'ask';
  }

  /** Takes what the simulated user says. */
  say({ says }: UserLine): void {
    this.#linesLeft--;
    if (says === null) this.#state = 'done';
    else this.#speak(says);
  }

  /** The calls of the model so far. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The calls of the model that may follow on the one that is next: as many as there are turns, and more with tools. */
  get further(): CallRange {
    const most = this.#lines?.length ?? this.#linesLeft;
    // A simulated user may be done at any time
    const lines = this.#lines?.length ?? 0;
    const { answered, maxSteps } = this.#tools;
    if (answered.size === 0) return { least: lines, most };
    const inTurn = this.#state === 'say' ? 0 : Math.max(0, maxSteps - this.#inTurn - 1);
    return { least: lines, most: inTurn + most * maxSteps };
  }

  /** What a simulated user may still be asked for: a line at least, unless it has said all that it may. */
  get lines(): CallRange {
    return { least: Math.min(1, this.#linesLeft), most: this.#linesLeft };
  }

  /** What the sample got, once it is done: the last answer, the whole of what was said, and sums over all calls. */
  get output(): Output {
    if (this.#last === null || this.#state !== 'done') throw new Error('the conversation is not done');
    const {
      batched: _,
      firstTokenMs: _first,
      continuation: _continuation,
      recorded: _recorded,
      shared: _shared,
      ...last
    } = this.#last;
    return {
      ...last,
      ...addSteps(this.#steps),
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
      finishReason: this.#exhausted ? 'max-steps' : last.finishReason,
      ...(this.#unread.size > 0 && { unread: [...this.#unread].sort() }),
      turns: countTurns(this.#said),
      conversation: [...this.#said],
      steps: [...this.#steps],
    };
  }

  /** Whether the model waits for results. */
  #loops(): boolean {
    const { known, answered, maxSteps } = this.#tools;
    if (this.#open.length === 0 || answered.size === 0) return false;
    // Of a tool that there is not, the model is told so
    if (this.#open.some(({ name }) => known.has(name) && !answered.has(name))) return false;
    if (this.#inTurn < maxSteps) return true;
    this.#exhausted = true;
    return false;
  }

  /** Has the user say the next line; false when there is none. */
  #sayNext(): boolean {
    if (this.#lines === null) {
      if (this.#linesLeft > 0) this.#state = 'say';
      return this.#linesLeft > 0;
    }
    const line = this.#lines.shift();
    if (line === undefined) return false;
    this.#speak(line);
    return true;
  }

  #speak(line: string): void {
    this.#turns++;
    // A service takes no call without its result
    for (const { id } of this.#open) this.#said.push({ role: 'tool', toolCallId: id, content: NO_RESULT });
    this.#open = [];
    this.#inTurn = 0;
    this.#state = 'ask';
    this.#said.push({ role: 'user', content: line });
  }
}

/** The conversation that a case of a prompt is; null for one that is a single call. Throws TemplateError. */
export function openConversation(
  { defaults, tools, responses }: Pick<Prompt, 'defaults' | 'tools' | 'responses'>,
  { vars, turns = [], simulate }: Pick<Case, 'vars' | 'turns' | 'simulate'>,
  request: ModelRequest,
): Conversation | null {
  if (turns.length === 0 && simulate === undefined && responses === undefined) return null;
  const loop = responses && {
    known: new Set(tools.map(({ name }) => name)),
    answered: new Set(responses.responders.keys()),
    maxSteps: responses.maxSteps,
  };
  return new Conversation(request, simulate?.maxTurns ?? linesOfUser(turns, { ...defaults, ...vars }), loop);
}

/**
 * What is asked first of a case: the first step of a conversation, else the request itself; also where a simulated user
 * has to speak before. Throws TemplateError.
 */
export function firstRequest(
  prompt: Parameters<typeof openConversation>[0],
  testCase: Pick<Case, 'vars' | 'turns' | 'simulate'>,
  request: ModelRequest,
): ModelRequest {
  const next = openConversation(prompt, testCase, request)?.next();
  return next?.kind === 'ask' ? next.request : request;
}

/** What the user says in the turns of a case. Throws TemplateError. */
export function linesOfUser(turns: NonNullable<Case['turns']>, vars: Case['vars']): readonly string[] {
  return turns.map(({ user }) => compileTemplate(user)(vars));
}

/** Whether a message of this role wants an answer. */
export function isAsking(role: Message['role'] | undefined): boolean {
  return role === 'user' || role === 'tool';
}

/** The turns of a conversation: the first may have been asked by the prompt. */
function countTurns(said: readonly Message[]): number {
  return said.filter(({ role }) => role === 'user').length + (said[0]?.role === 'assistant' ? 1 : 0);
}

function countCalls(messages: readonly Message[]): number {
  return messages.reduce(
    (sum, message) => sum + (message.role === 'assistant' ? (message.toolCalls?.length ?? 0) : 0),
    0,
  );
}

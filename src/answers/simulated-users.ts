import type { NextTurn, UserLine } from '../core/requests/conversation.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { readUserLine, userRequest } from '../core/requests/simulated-user.js';
import type { Simulation } from '../model/case.js';
import type { AnswerLabels } from '../model/cassette.js';
import type { Json } from '../model/json.js';
import type { Output, RecordedAnswer, SampleError } from '../model/output.js';
import type { Prompt } from '../model/prompt.js';
import type { ModelRequest } from '../model/request.js';
import type { Accounts } from './accounts.js';
import { AnswerForms } from './answer-forms.js';
import { type Answers, type Outcome, STOPPED } from './answers.js';
import type { AnswersOf } from './open-answers.js';

/** A line that a conversation waits for. */
export type Awaited = Extract<NextTurn, { kind: 'say' }>;

/** Whose line it is. */
export interface Speaker {
  readonly simulation: Simulation;
  readonly vars: Readonly<Record<string, Json>>;
  readonly trial: number;
  readonly labels: AnswerLabels;
  /** The cassette of the suite. */
  readonly cassette: string | null;
  /** Answers that were paid for before the run went on, by the keys of their requests. */
  readonly paid: ReadonlyMap<string, RecordedAnswer>;
  /** Keeps an answer until the sample has a result. */
  readonly keep: (key: string, outcome: Outcome) => void;
  readonly stopped: () => boolean;
}

/** A line, or why there is none; `outputs` are the answers that it took. */
interface Said {
  readonly line: UserLine | SampleError;
  readonly outputs: readonly Output[];
}

/** An answer that cannot be used is asked for once more. */
const ATTEMPTS = 2;

/** Has models play the users of conversations. */
export class SimulatedUsers {
  readonly #answersOf: AnswersOf;
  readonly #accounts: Accounts;
  readonly #prompt: Prompt;
  readonly #forms = new Map<string, AnswerForms>();
  readonly #answers = new Map<string, Answers>();

  constructor(answersOf: AnswersOf, accounts: Accounts, prompt: Prompt) {
    this.#answersOf = answersOf;
    this.#accounts = accounts;
    this.#prompt = prompt;
  }

  /** What the user says next. Never rejects for what a provider does. */
  async next(speaker: Speaker, { messages, turn, opening }: Awaited): Promise<Said> {
    const { simulation, vars, labels } = speaker;
    const outputs: Output[] = [];
    let fault = '';
    let complaint: string | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const request = userRequest(this.#prompt, simulation, vars, messages, complaint);
      const user = { model: simulation.model, turn, attempt };
      const { output, error } = await this.#get(request, { ...labels, user }, speaker);
      if (error) return { line: failed(simulation, `gave no line: ${error.message}`, error), outputs };
      outputs.push(output);
      const read = readUserLine(output, request, opening);
      if ('line' in read) return { line: read.line, outputs };
      fault = read.fault;
      complaint = `${USELESS}: ${read.complaint}`;
    }
    const error = { kind: 'bad-response', message: '', status: null } as const;
    return { line: failed(simulation, `was asked twice and gave no usable line: ${fault}`, error), outputs };
  }

  /** Counts what the lines of a conversation took. One without a result may go on, and its lines are counted then. */
  count(suite: string, { model }: Simulation, outputs: readonly Output[], settled: boolean): void {
    for (const output of outputs) this.#accounts.add('users', suite, output, model, settled);
  }

  async #get(
    request: ModelRequest,
    labels: AnswerLabels,
    { simulation, trial, cassette, paid, keep, stopped }: Speaker,
  ): Promise<Outcome> {
    const { model } = simulation;
    const place = JSON.stringify([model, cassette]);
    const answers = this.#answers.get(place) ?? this.#answersOf(parseModelReference(model), cassette);
    this.#answers.set(place, answers);
    const forms = this.#forms.get(model) ?? new AnswerForms(undefined);
    this.#forms.set(model, forms);
    const key = answers.keyOf(request, trial);
    const known = paid.get(key);
    if (known) return answers.keep(key, known, labels);
    if (stopped()) return STOPPED;
    const outcome = await answers.get(request, trial, labels, { ask: forms.ask });
    keep(key, outcome);
    return outcome;
  }
}

const USELESS = 'Your first answer could not be used';

function failed({ model }: Simulation, why: string, { kind, status }: SampleError): SampleError {
  return { kind, message: `the simulated user (${model}) ${why}`, status };
}

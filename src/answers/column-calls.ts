import { type Conversation, firstRequest, openConversation, type UserLine } from '../core/requests/conversation.js';
import { requestFactory } from '../core/requests/request.js';
import type { PlannedColumn, Sample } from '../core/scores/plan.js';
import type { AnswerLabels } from '../model/cassette.js';
import type { Output, RecordedAnswer, SampleError } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import type { Result } from '../model/run-record.js';
import { type Answers, type Outcome, STOPPED } from './answers.js';
import { type Called, converse, type Partner } from './converse.js';
import type { AnswersOf } from './open-answers.js';
import type { OthersFit } from './recordings.js';
import type { AskedTools } from './responders.js';
import { SessionWatch } from './session-watch.js';
import type { Awaited, SimulatedUsers } from './simulated-users.js';

/** The samples of a round that one provider answers, and what it takes. */
export interface Work {
  readonly provider: string;
  readonly samples: Iterable<Sample>;
  readonly callsOf: CallsOf;
}

/** The calls of the column that a sample is in. */
export type CallsOf = (sample: Sample) => ColumnCalls;

/** Outputs that a run has already, of samples that lack nothing but scores. */
export interface KeptOutputs {
  keptOf(sample: Sample): Promise<Result | null>;
}

/** What samples of several calls take. */
export interface Conversing {
  /** Answers that were paid for before the run went on, by the keys of their requests. */
  stepsOf(sample: Sample): Promise<ReadonlyMap<string, RecordedAnswer>>;
  /** Keeps an answer until the sample has a result. */
  keepStep(sample: Sample, step: number, key: string, answer: RecordedAnswer): void;
  /** The results of calls of tools, in their order. Rejects with ProviderError when a tool of the project fails. */
  readonly results: (asked: AskedTools) => Promise<readonly string[]>;
  readonly users: SimulatedUsers;
  /** Whether no further call is to be made. */
  stopped(): boolean;
}

/** Cases of a column that are looked for among the recordings. */
const LOOKED_AT = 1000;

/** Makes and answers the requests of one column. */
export class ColumnCalls {
  readonly answers: Answers;
  readonly #column: PlannedColumn;
  readonly #make: ReturnType<typeof requestFactory>;
  /** Outputs that the run has already. */
  readonly #kept: KeptOutputs | null;
  readonly #conversing: Conversing;
  /** What simulated users have answered, by the sample. */
  readonly #lines = new Map<number, readonly Output[]>();
  #fits: boolean | null = null;

  constructor(column: PlannedColumn, answersOf: AnswersOf, kept: KeptOutputs | null, conversing: Conversing) {
    this.#kept = kept;
    this.#conversing = conversing;
    this.#column = column;
    this.#make = requestFactory(column);
    this.answers = answersOf(column.model, column.suite.cassette);
  }

  request(sample: Sample): ModelRequest {
    return this.#make(sample.case);
  }

  /** `step` is the place of a call in its conversation. */
  labels(sample: Sample, step = 1): AnswerLabels {
    const labels = labelsOf(this.#column, sample);
    return step === 1 ? labels : { ...labels, step };
  }

  async answer(sample: Sample, request: ModelRequest): Promise<Outcome> {
    const kept = this.#kept && (await this.keptOf(sample, request));
    if (kept) return kept;
    const conversation = this.conversation(sample, request);
    const outcome =
      conversation === null
        ? await this.answers.get(request, sample.trial, this.labels(sample), { othersFit: this.#othersFit })
        : await this.#hold(sample, request, conversation);
    this.end(sample, outcome);
    return outcome;
  }

  async #hold(sample: Sample, request: ModelRequest, conversation: Conversation): Promise<Outcome> {
    const paid = await this.stepsOf(sample);
    const session = this.answers.inSessions ? new SessionWatch() : null;
    const outcome = await converse(conversation, this.#partnerOf(sample, paid, session));
    const again = session?.lost ? this.conversation(sample, request) : null;
    if (again === null) return outcome;
    this.#lines.delete(sample.index);
    return converse(again, this.#partnerOf(sample, new Map(), session));
  }

  /** Null for a sample of a single call. */
  conversation(sample: Sample, request: ModelRequest): Conversation | null {
    return openConversation(this.#column.prompt, sample.case, request);
  }

  /** The output that the run has already, of a sample that lacks nothing but scores. */
  async keptOf(sample: Sample, request: ModelRequest): Promise<Outcome | null> {
    const output = (await this.#kept?.keptOf(sample))?.output;
    if (!output) return null;
    // What a cassette keeps of a conversation are its steps: it is held again, with the answers that are there
    if (output.conversation) return this.answers.recording ? null : { output, error: null };
    this.answers.record(request, sample.trial, this.labels(sample), output);
    return { output, error: null };
  }

  /** The answers to steps of a sample that the run has paid for already, by the keys of their requests. */
  stepsOf(sample: Sample): Promise<ReadonlyMap<string, RecordedAnswer>> {
    return this.#conversing.stepsOf(sample);
  }

  /** Keeps the answer to a step, until the sample has a result. */
  keepStep(sample: Sample, step: number, key: string, { output, session }: Outcome): void {
    if (output?.source !== 'live') return;
    const answer = asAnswer(output);
    this.#conversing.keepStep(sample, step, key, session === undefined ? answer : { ...answer, session });
  }

  /** The results of calls of tools; an error when a tool of the project fails. */
  async results(sample: Sample, { calls, messages }: Called): Promise<readonly string[] | SampleError> {
    const { results, stopped } = this.#conversing;
    const { prompt } = this.#column;
    try {
      return await results({ prompt, vars: { ...prompt.defaults, ...sample.case.vars }, calls, messages });
    } catch (error) {
      return stopped() ? STOPPED.error : this.answers.fail(error).error;
    }
  }

  /** Looked for once, at the first answer that is not recorded: of a thousand cases, which is enough to tell a changed prompt. */
  readonly #othersFit: OthersFit = (recordings) => {
    this.#fits ??= [...this.#firstKeys()].some((key) => recordings.has(key));
    return this.#fits;
  };

  *#firstKeys(): Generator<string> {
    const { suite, prompt } = this.#column;
    let looked = 0;
    for (const testCase of suite.cases) {
      if (++looked > LOOKED_AT) return;
      yield this.answers.keyOf(firstRequest(prompt, testCase, this.#make(testCase)), 1);
    }
  }

  /** What the simulated user of a sample says; an error when there is none to be had. */
  async say(sample: Sample, next: Awaited): Promise<UserLine | SampleError> {
    const { users, stopped } = this.#conversing;
    const { suite, prompt } = this.#column;
    const { simulate: simulation, vars } = sample.case;
    if (!simulation) throw new Error(`case ${sample.case.id} has no simulated user`);
    const speaker = {
      simulation,
      vars: { ...prompt.defaults, ...vars },
      ...{ trial: sample.trial, labels: this.labels(sample), cassette: suite.cassette, stopped },
      paid: await this.stepsOf(sample),
      keep: (key: string, outcome: Outcome) => this.keepStep(sample, next.turn, key, outcome),
    };
    const { line, outputs } = await users.next(speaker, next);
    this.#lines.set(sample.index, [...(this.#lines.get(sample.index) ?? []), ...outputs]);
    return line;
  }

  /** It is known what became of a sample: counts what the lines of its user took, and lets go of old recordings. */
  end(sample: Sample, { output }: Outcome): void {
    if (output) {
      const said = output.conversation?.filter(({ role }) => role === 'user').length ?? 0;
      // A simulated user is asked once more, to say that it is done
      this.answers.endAfter(this.labels(sample), output.steps?.length ?? 1, sample.case.simulate ? said + 1 : 0);
    }
    const { simulate } = sample.case;
    const lines = this.#lines.get(sample.index) ?? [];
    this.#lines.delete(sample.index);
    if (simulate) this.#conversing.users.count(this.#column.suite.id, simulate, lines, output !== null);
  }

  #partnerOf(sample: Sample, paid: ReadonlyMap<string, RecordedAnswer>, session: SessionWatch | null): Partner {
    return {
      ask: async ({ request, step }) => {
        const labels = this.labels(sample, step);
        const key = this.answers.keyOf(request, sample.trial);
        const known = paid.get(key);
        if (known) return this.answers.keep(key, known, labels);
        if (this.#conversing.stopped()) return STOPPED;
        const options = { othersFit: this.#othersFit, ...session?.around(step) };
        const outcome = await this.answers.get(request, sample.trial, labels, options);
        session?.told(request, outcome);
        this.keepStep(sample, step, key, outcome);
        return outcome;
      },
      call: (next) => this.results(sample, next),
      say: (next) => this.say(sample, next),
    };
  }
}

/** An output as an answer that costs what it did. */
function asAnswer({ source: _, usd, ...answer }: Output): RecordedAnswer {
  return usd === null ? answer : { ...answer, usd };
}

/** What names a sample to people. */
export function labelsOf({ suite, prompt, model }: PlannedColumn, sample: Sample): AnswerLabels {
  return { suite: suite.id, prompt: prompt.id, model: model.text, case: sample.case.id, trial: sample.trial };
}

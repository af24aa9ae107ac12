import { z } from 'zod';
import type { Accounts } from '../answers/accounts.js';
import { AnswerForms } from '../answers/answer-forms.js';
import type { Answers, Outcome } from '../answers/answers.js';
import { OddAnswers } from '../answers/odd-answers.js';
import type { AnswersOf } from '../answers/open-answers.js';
import { readJudgeAnswer } from '../core/requests/judge-answer.js';
import { type JudgeSettings, judgePromptDigest, judgeRequestFactory } from '../core/requests/judge-request.js';
import { mediaOf } from '../core/requests/message-text.js';
import { judgeCallsOf } from '../metrics/access.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { JudgeQuestion, ScoreTools } from '../metrics/score-tools.js';
import type { AnswerLabels } from '../model/cassette.js';
import type { Json } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { ErrorKind } from '../model/output.js';
import type { Prompt } from '../model/prompt.js';
import type { ModelRequest } from '../model/request.js';

/** Why there is no verdict. None of it says anything about the output that was to be judged. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** For whom a question is asked. */
export interface JudgeCaller {
  readonly labels: AnswerLabels;
  /** The cassette of its suite. */
  readonly cassette: string | null;
  /** What was asked, where a judge may be shown more of it than its texts. */
  readonly messages?: readonly Message[];
  readonly definition: AnyMetric;
  readonly entry: MetricEntry;
}

/** An answer that does not fit is asked for once more. */
const ATTEMPTS = 2;

/** Puts the questions of metrics to the judge's model. */
export class Judge {
  readonly #answersOf: AnswersOf;
  readonly #accounts: Accounts;
  readonly #settings: JudgeSettings;
  readonly #forms: AnswerForms;
  readonly #oddAnswers = new OddAnswers();
  readonly #requests = new Map<string, ReturnType<typeof judgeRequestFactory>>();
  /** By the path of the cassette. */
  readonly #answers = new Map<string | null, Answers>();

  constructor(answersOf: AnswersOf, accounts: Accounts, settings: JudgeSettings) {
    this.#answersOf = answersOf;
    this.#accounts = accounts;
    this.#settings = settings;
    this.#forms = new AnswerForms(settings.structured);
  }

  /** Rejects with JudgeError. */
  async ask<T>(caller: JudgeCaller, { rules, evidence, answer, turn }: JudgeQuestion<T>): Promise<T> {
    const prompt = this.#promptOf(caller.definition);
    const make = this.#requestsOf(prompt);
    const { $schema: _, ...schema } = z.toJSONSchema(answer);
    const { model, media } = this.#settings;
    const shown = media ? mediaOf(caller.messages ?? []) : [];
    let fault = '';
    let complaint: string | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const request = make({ rules, evidence, shown, answer: schema, complaint });
      const judge = { metric: caller.entry.id, prompt: prompt.id, model: model.text, turn, attempt };
      const { output, error } = await this.#get(request, turn, { ...caller.labels, judge }, caller.cassette);
      if (error) throw new JudgeError(error.kind, `the judge ${model.text} gave no answer: ${error.message}`);
      const read = readJudgeAnswer(output, answer, request.messages);
      if ('value' in read) return read.value;
      fault = read.fault;
      complaint = `Your first answer could not be used: ${read.complaint}. Answer with JSON of the given form only.`;
    }
    throw new JudgeError('bad-response', `the judge ${model.text} was asked twice and gave no usable answer: ${fault}`);
  }

  /** `provider/model`. */
  get model(): string {
    return this.#settings.model.text;
  }

  /** What the reader of its verdicts has to know. */
  get notes(): readonly string[] {
    return this.#oddAnswers.describe();
  }

  /** What a score says about its judge; null for one that asked none. */
  describe(definition: AnyMetric, entry: MetricEntry): Readonly<Record<string, Json>> | null {
    if (judgeCallsOf(definition, entry) === 0) return null;
    const prompt = this.#promptOf(definition);
    return {
      model: this.#settings.model.text,
      prompt: prompt.id,
      promptDigest: judgePromptDigest(prompt),
      signature: entry.judge ?? null,
    };
  }

  #promptOf({ type, judge }: AnyMetric): Prompt {
    const prompt = this.#settings.prompts.get(judge?.prompt ?? '');
    if (!prompt) throw new Error(`metric ${type} asks a judge whose prompt was not loaded`);
    return prompt;
  }

  #requestsOf(prompt: Prompt): ReturnType<typeof judgeRequestFactory> {
    const made = this.#requests.get(prompt.id) ?? judgeRequestFactory(prompt, this.#settings);
    this.#requests.set(prompt.id, made);
    return made;
  }

  async #get(request: ModelRequest, turn: number, labels: AnswerLabels, cassette: string | null): Promise<Outcome> {
    const answers = this.#answers.get(cassette) ?? this.#answersOf(this.#settings.model, cassette);
    this.#answers.set(cassette, answers);
    const outcome = await answers.get(request, turn, labels, { ask: this.#forms.ask });
    const { model } = this.#settings;
    if (outcome.output) this.#accounts.add('judge', labels.suite, outcome.output, model.text);
    this.#oddAnswers.add({ ...outcome, prompt: labels.judge?.prompt ?? '', model: model.text });
    return outcome;
  }
}

/** What a metric of a project without a judge is told. It is reported before a run starts, so this is a bug. */
export const askNoJudge: ScoreTools['ask'] = () => Promise.reject(new Error('this run has no judge'));

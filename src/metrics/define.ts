import { z } from 'zod';
import type { Evidence } from '../core/text/fence.js';
import { printableLine } from '../core/text/printable.js';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
import { type MetricEntry, metricEntryBase, type PassMark } from '../model/metric-entry.js';
import type { Output } from '../model/output.js';
import type { Message } from '../model/prompt.js';
import type { Unit } from '../model/quantity.js';

/**
 * What a metric has to be given besides the output. Where it is lacking is an error before anything is sent, but for the
 * outputs of a baseline: the first run has none yet, and its scores of such a metric are none.
 */
export type Need = 'expected' | 'embeddings' | 'baseline';

/** What a metric may use of the world, handed to it. What goes wrong there rejects, and the score is none. */
export interface ScoreTools {
  /** One vector a text from the project's engine (`embeddings` in llmci.yaml); all zeros for what it cannot read. */
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** Names the engine behind `embed`, as llmci.yaml does, for signatures. */
  readonly embedder: string;
  /** The same from the embedded engine, whatever the project's is: for models that were trained on its vectors. */
  readonly embedLocally: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** The judge's answer, through the prompt that the metric's `judge` names. An answer that does not fit is asked again once. */
  readonly ask: <T>(question: JudgeQuestion<T>) => Promise<T>;
  /**
   * How strongly a text belongs to each category of harm, 0 to 1, as the model that the metric's `moderation` names says.
   */
  readonly moderate: (model: string, text: string) => Promise<Readonly<Record<string, number>>>;
  /** What the model answered to the same sample in the run that this one is compared with; null when it has none. */
  readonly baseline: () => Promise<string | null>;
  /**
   * Runs a program without a shell in the root folder of the project, with `input` on stdin, and waits for its end.
   * Rejects when it cannot be started, takes longer than `timeoutMs` or writes more than 1 MB.
   */
  readonly run: (
    command: readonly string[],
    input: string,
    limits: { readonly timeoutMs: number },
  ) => Promise<ProgramEnd>;
}

/** What a metric asks the judge. */
export interface JudgeQuestion<T> {
  /** The words of the suite's author, by the names that the judge's prompt knows them by. */
  readonly rules: Readonly<Record<string, string>>;
  /** Texts to be judged, which may be hostile: they reach the judge fenced. A list is fenced one by one. */
  readonly evidence: Evidence;
  /** What the answer must be; everything in it is required. Its JSON Schema is part of the request. */
  readonly answer: z.ZodType<T>;
  /** Tells apart the answers to one question: which vote it is, from 1. */
  readonly turn: number;
}

/** How a metric uses the judge. */
export interface JudgeUse<P> {
  /** The name of the judge's prompt: the project's prompts/judges/NAME.prompt.yaml, or the one that comes with llmci. */
  readonly prompt: string;
  /** Variables that the prompt may use anywhere. */
  readonly rules: readonly string[];
  /** Variables that its user messages must show. */
  readonly evidence: readonly string[];
  /** Evidence too, which a prompt may leave out and a case may lack. */
  readonly background: readonly string[];
  /** The questions for one sample; 0 when these parameters need no judge. */
  readonly asks: (params: P) => number;
}

/** How a metric uses a provider that moderates. */
export interface ModerationUse<P> {
  /** The parameter that names the model. */
  readonly key: string;
  /** What the parameter may say besides. */
  readonly others: readonly string[];
  /** The model as `provider/model`, or null when these parameters need none. */
  readonly model: (params: P) => string | null;
}

/** How a program ended. `problem` is null when it exited with 0. */
export interface ProgramEnd {
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
  readonly problem: string | null;
}

/** The case, what was asked, and the output to score, as a metric sees them. */
export interface ScoreInput<P> {
  readonly params: P;
  readonly case: ScoredCase;
  /** What the model was sent. */
  readonly messages: readonly Message[];
  readonly output: Output;
  readonly tools: ScoreTools;
}

/** A score: `value` in the metric's unit or null when it cannot be computed, and one sentence that says why. */
export interface ScoreResult {
  readonly value: number | null;
  readonly reason: string;
  /** Further figures and signatures, for reports and machines. */
  readonly detail?: Readonly<Record<string, Json>>;
  /** What `corpus` takes: counts that add up over samples, always as many. */
  readonly statistics?: readonly number[];
}

/** Documentation and test at once: the score of `output` must be `value` (null for none). */
export interface Example<P> {
  readonly describe: string;
  readonly params: P;
  readonly expected?: Json;
  readonly output: string | Partial<Output>;
  /** Variables of the case, where the metric uses any. */
  readonly vars?: Readonly<Record<string, Json>>;
  /** What the judge answers to its questions, in their order; the last one answers all further ones. */
  readonly answers?: readonly Json[];
  /** What the model answered in the run that is compared with. */
  readonly baseline?: string;
  /** What a provider that moderates says of the output, where the metric asks one. */
  readonly moderation?: Readonly<Record<string, number>>;
  readonly value: number | null;
}

export interface ParameterFault {
  readonly key: string;
  readonly message: string;
}

/** Why a metric could never score a case. */
export interface CaseFault {
  /** Where in the case to point at. */
  readonly path: readonly ['expected'] | readonly ['vars', string];
  readonly message: string;
}

/** What a metric sees of a case. */
export type ScoredCase = Pick<Case, 'vars' | 'expected' | 'tags'>;

export interface MetricDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The name users write after `metric:`. */
  readonly type: string;
  /** One sentence for the docs: what the value says. */
  readonly describe: string;
  /** More for the docs, in Markdown: what the value is good and bad for, how to choose a mark, where it comes from. */
  readonly notes?: string;
  /** Parameters, as the shape of a strict zod object; each with a `describe` for the docs. */
  readonly params: Shape;
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  /** The mark used when an entry names none. Leave it out when no mark suits everybody. */
  readonly passMark?: PassMark;
  /** Whether its parameters name programs; then datasets, which may come from a fork, cannot use it. */
  readonly runsPrograms?: boolean;
  /** What the case must have for these parameters. */
  readonly needs?: (params: z.output<z.ZodObject<Shape>>) => readonly Need[];
  /** Variables that the case must have for these parameters. */
  readonly vars?: (params: z.output<z.ZodObject<Shape>>) => readonly string[];
  /** Only for metrics that ask the judge. */
  readonly judge?: JudgeUse<z.output<z.ZodObject<Shape>>>;
  /** Only for metrics that have texts moderated. */
  readonly moderation?: ModerationUse<z.output<z.ZodObject<Shape>>>;
  /** What is wrong with parameters that are each right on their own: the key to point at, and a message. */
  readonly check?: (params: z.output<z.ZodObject<Shape>>) => readonly ParameterFault[];
  /**
   * Why a case that has all that `needs` and `vars` name cannot be scored with these parameters, whatever the output is;
   * null when it can. It is an error before anything is sent.
   */
  readonly checkCase?: (params: z.output<z.ZodObject<Shape>>, testCase: ScoredCase) => CaseFault | null;
  readonly examples: readonly Example<z.input<z.ZodObject<Shape>>>[];
  readonly score: (input: ScoreInput<z.output<z.ZodObject<Shape>>>) => ScoreResult | Promise<ScoreResult>;
  /** The value of many samples together, from the sums of their `statistics`. With it gates may say `stat: corpus`. */
  readonly corpus?: (sums: readonly number[], params: z.output<z.ZodObject<Shape>>) => number | null;
}

/** A metric whose parameter types are known only at run time, as the registry and the pipeline handle it. */
export interface AnyMetric
  extends Omit<
    MetricDefinition,
    'needs' | 'vars' | 'judge' | 'moderation' | 'check' | 'checkCase' | 'score' | 'examples' | 'corpus'
  > {
  readonly needs?: (params: never) => readonly Need[];
  readonly vars?: (params: never) => readonly string[];
  readonly judge?: JudgeUse<never>;
  readonly moderation?: ModerationUse<never>;
  readonly check?: (params: never) => readonly ParameterFault[];
  readonly checkCase?: (params: never, testCase: ScoredCase) => CaseFault | null;
  readonly examples: readonly Example<unknown>[];
  readonly score: (input: ScoreInput<never>) => ScoreResult | Promise<ScoreResult>;
  readonly corpus?: (sums: readonly number[], params: never) => number | null;
}

/**
 * Defines a metric. The argument types of `score`, the entry that suites write, its JSON Schema, its docs and its
 * contract test all come from this one object.
 */
export function defineMetric<Shape extends z.ZodRawShape>(
  definition: MetricDefinition<Shape>,
): MetricDefinition<Shape> {
  return definition;
}

/** The schema of this metric's entry in a suite: its parameters beside the keys that all entries share. */
export function metricEntrySchema(definition: Pick<AnyMetric, 'type' | 'params' | 'describe' | 'check'>) {
  return z
    .strictObject({ metric: z.literal(definition.type), ...metricEntryBase, ...definition.params })
    .check(({ value, issues }) => {
      if (issues.length > 0) return;
      // the entry was parsed with these very parameters, which the registry no longer knows the type of
      for (const { key, message } of definition.check?.(value as never) ?? []) {
        issues.push({ code: 'custom', path: [key], message, input: value });
      }
    })
    .describe(definition.describe);
}

/** The texts a case accepts: each string of a list, a single text, or the JSON text of anything else. */
export function acceptedTexts(expected: Json | undefined): readonly string[] {
  if (expected === undefined) return [];
  const list = Array.isArray(expected) ? (expected as readonly Json[]) : [expected];
  return list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

/** 1 or 0 with a reason, for metrics that know only yes and no. */
export function yesOrNo(met: boolean, yes: string, no: string): ScoreResult {
  return { value: met ? 1 : 0, reason: met ? yes : no };
}

/** The score of a sample that this metric cannot judge. */
export function noScore(reason: string): ScoreResult {
  return { value: null, reason };
}

/** The fault of a case whose `expected` no output could be compared with; null when `why` is. */
export function faultOfExpected(why: string | null): CaseFault | null {
  return why === null ? null : { path: ['expected'], message: why };
}

/** Texts in quotes for a reason: on one line, each cut to a length that can be read. */
export function quoted(texts: readonly string[], joint = ', '): string {
  const shown = texts.slice(0, 10).map((text) => printableLine(JSON.stringify(text.slice(0, 200)), 80));
  return [...shown, ...(texts.length > 10 ? [`${texts.length - 10} more`] : [])].join(joint);
}

/** The questions that a metric puts to the judge for one sample at the most, not counting those asked again. */
export function judgeCallsOf(definition: Pick<AnyMetric, 'judge'>, { params }: Pick<MetricEntry, 'params'>): number {
  // The entry's parameters were checked by this metric's own schema
  return definition.judge?.asks(params as never) ?? 0;
}

/** The model that moderates for an entry, as `provider/model`; null when it needs none. */
export function moderatorOf(
  definition: Pick<AnyMetric, 'moderation'>,
  { params }: Pick<MetricEntry, 'params'>,
): string | null {
  // The entry's parameters were checked by this metric's own schema
  return definition.moderation?.model(params as never) ?? null;
}

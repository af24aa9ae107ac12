import type { z } from 'zod';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { PassMark } from '../model/metric-entry.js';
import type { Output } from '../model/output.js';
import type { Unit } from '../model/quantity.js';
import type { ScoreResult } from './score-result.js';
import type { ScoreTools } from './score-tools.js';

/**
 * What a metric has to be given besides the output. Where it is lacking is an error before anything is sent, but for the
 * outputs of a baseline: the first run has none yet, and its scores of such a metric are none.
 */
export type Need = 'expected' | 'embeddings' | 'baseline';

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

/** The case, what was asked, and the output to score, as a metric sees them. */
export interface ScoreInput<P> {
  readonly params: P;
  readonly case: ScoredCase;
  /** What the model was sent. */
  readonly messages: readonly Message[];
  readonly output: Output;
  /** The JSON Schema that the prompt asks the output to meet; not there when it asks for none. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  /** That low values pass (by `not`, or a `max` alone): where a metric is in doubt, a high one is the strict one. */
  readonly wantsLow?: true;
  /** Any value above it misses the mark; infinite where no value is too high. Not there without a mark. */
  readonly failsAbove?: number;
  readonly tools: ScoreTools;
}

/** Documentation and test at once: the score of `output` must be `value`, null for none. */
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
  /** That there is no value because there is nothing to judge. */
  readonly notApplicable?: true;
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
  /**
   * Counts up from 1 whenever the same output may get another score than before: scores of two revisions are never
   * compared with each other. 1 when left out.
   */
  readonly revision?: number;
  /** More for the docs, in Markdown: what the value is good and bad for, how to choose a mark, where it comes from. */
  readonly notes?: string;
  /** Parameters, as the shape of a strict zod object; each with a `describe` for the docs. */
  readonly params: Shape;
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  /** The mark used when an entry names none. Leave it out when no mark suits everybody. */
  readonly passMark?: PassMark;
  /** To which outputs it is not applicable, for the docs: completes "Not applicable ...". A metric without it always is. */
  readonly notApplicable?: string;
  /** Whether its value is of all calls of a sample together, so that `on` means nothing to it. */
  readonly ofWholeSample?: boolean;
  /** Whether its parameters name programs; then datasets, which may come from a fork, cannot use it. */
  readonly runsPrograms?: boolean;
  /**
   * The most that one score may take, in milliseconds, without the time that its tools take; 30,000 when left out. For
   * metrics of one's own: a score that takes longer is missing.
   */
  readonly timeoutMs?: number;
  /** What the case must have for these parameters. */
  readonly needs?: (params: z.output<z.ZodObject<Shape>>) => readonly Need[];
  /** Whether an empty list under `expected` says something, such as that no tool is called; else it is none at all. */
  readonly emptyExpected?: boolean;
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

import { z } from 'zod';
import { printableLine } from '../core/printable.js';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
import { metricEntryBase, type PassMark } from '../model/metric-entry.js';
import type { Output } from '../model/output.js';
import type { Message } from '../model/prompt.js';
import type { Unit } from '../model/quantity.js';

/** What a metric has to be given besides the output. Where it is lacking is an error before anything is sent. */
export type Need = 'expected' | 'embeddings';

/** What a metric may use of the world, handed to it. What goes wrong there rejects, and the score is none. */
export interface ScoreTools {
  /** One vector a text from the project's engine (`embeddings` in llmci.yaml); all zeros for what it cannot read. */
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** The same from the embedded engine, whatever the project's is: for models that were trained on its vectors. */
  readonly embedLocally: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
}

/** The case, what was asked, and the output to score, as a metric sees them. */
export interface ScoreInput<P> {
  readonly params: P;
  readonly case: Pick<Case, 'vars' | 'expected' | 'tags'>;
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
  readonly value: number | null;
}

export interface ParameterFault {
  readonly key: string;
  readonly message: string;
}

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
  /** What the case must have for these parameters. */
  readonly needs?: (params: z.output<z.ZodObject<Shape>>) => readonly Need[];
  /** What is wrong with parameters that are each right on their own: the key to point at, and a message. */
  readonly check?: (params: z.output<z.ZodObject<Shape>>) => readonly ParameterFault[];
  readonly examples: readonly Example<z.input<z.ZodObject<Shape>>>[];
  readonly score: (input: ScoreInput<z.output<z.ZodObject<Shape>>>) => ScoreResult | Promise<ScoreResult>;
  /** The value of many samples together, from the sums of their `statistics`. With it gates may say `stat: corpus`. */
  readonly corpus?: (sums: readonly number[], params: z.output<z.ZodObject<Shape>>) => number | null;
}

/** A metric whose parameter types are known only at run time, as the registry and the pipeline handle it. */
export interface AnyMetric extends Omit<MetricDefinition, 'needs' | 'check' | 'score' | 'examples' | 'corpus'> {
  readonly needs?: (params: never) => readonly Need[];
  readonly check?: (params: never) => readonly ParameterFault[];
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

/** Texts in quotes for a reason: on one line, each cut to a length that can be read. */
export function quoted(texts: readonly string[], joint = ', '): string {
  const shown = texts.slice(0, 10).map((text) => printableLine(JSON.stringify(text.slice(0, 200)), 80));
  return [...shown, ...(texts.length > 10 ? [`${texts.length - 10} more`] : [])].join(joint);
}

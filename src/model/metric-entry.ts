import { z } from 'zod';
import { visibleText } from './blank.js';
import type { EmbeddingsEngine } from './config.js';
import { whereSchema } from './gate.js';
import { quantitySchema, type Unit } from './quantity.js';

/** The keys that every metric entry may carry, whatever its type. */
export const metricEntryBase = {
  id: visibleText.optional().describe('Name in scores and gates; needed when a type is used twice.'),
  weight: z.number().min(0).optional().describe("Share in the sample's `score`, the weighted mean of its metrics."),
  not: z.boolean().optional().describe('Turn the metric round: it passes when it would have failed.'),
  where: whereSchema.optional(),
  on: z
    .enum(['last', 'every', 'conversation'])
    .optional()
    .describe(
      'Of a conversation: its last answer (default), the answer to every turn, of which the worst counts, or all that the model said.',
    ),
  min: quantitySchema.optional().describe('Pass mark of one sample: at least this.'),
  max: quantitySchema.optional().describe('Pass mark of one sample: at most this.'),
};

/** What of a conversation a metric looks at, when that is not its last answer; a number is the place of a turn. */
export type LooksAt = 'every' | 'conversation' | number;

/** The mark that the score of one sample has to meet to pass. */
export interface PassMark {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** From sums of additive statistics to one value; null when there is none. */
export type CorpusValue = (sums: readonly number[]) => number | null;

/** A metric of a suite or case, with its parameters checked and its defaults filled in. */
export interface MetricEntry {
  readonly id: string;
  readonly type: string;
  /** Of its metric, when that is not 1: scores of two revisions are no scores of one metric. */
  readonly revision?: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** For a metric that asks a judge, its signature: scores of two judges are no scores of one metric. */
  readonly judge?: string;
  /** For a metric that compares embeddings, the engine that makes them, where it is not llmci's own: another measures otherwise. */
  readonly embeddings?: EmbeddingsEngine;
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  /** Share in the sample's `score`. */
  readonly weight: number;
  readonly not: boolean;
  /** Tags it is limited to; empty when it scores all cases. */
  readonly where: readonly string[];
  /** Not there when it looks at the last answer. */
  readonly on?: LooksAt | undefined;
  /** Null when the metric has none, and passes and fails nothing. */
  readonly mark: PassMark | null;
  /** The value of many samples together, from the sums of their scores' `statistics`; absent when the metric has none. */
  readonly corpus?: CorpusValue;
}

import { z } from 'zod';
import { visibleText } from './blank.js';
import { type Json, jsonSchema } from './json.js';
import type { MetricEntry } from './metric-entry.js';
import type { Place } from './place.js';
import { type Provenance, provenanceSchema } from './provenance.js';
import type { WrittenMessage } from './written-message.js';

/** One accepted text, a list of accepted texts, or any JSON that a metric understands. */
export const expectedSchema = jsonSchema;

/** What the user says next, once the model has answered what was said before. */
function turnSchemaFor<M extends z.ZodType>(metricEntry: M) {
  return z.strictObject({
    user: z.string().describe("What the user says: a Liquid template of the case's variables."),
    expected: expectedSchema.optional().describe('What the answer to this turn should be.'),
    metrics: z.array(metricEntry).optional().describe('Metrics of the answer to this turn alone.'),
  });
}

export const simulationSchema = z.strictObject({
  persona: z.string().describe("Who the user is: a Liquid template of the case's variables."),
  goal: z.string().describe('What the user wants: a template, too.'),
  model: z.string().min(1).describe('provider/model: who plays the user.'),
  maxTurns: z.int().min(1).max(100).default(10).describe('What the user says at the most, in lines.'),
});
export type Simulation = z.output<typeof simulationSchema>;

/**
 * The schema of a case written in a suite or a dataset row, for the given schema of a metric entry.
 */
export function caseSchemaFor<M extends z.ZodType>(metricEntry: M) {
  return z.strictObject({
    id: visibleText.optional().describe('Default: its place in the file, like case-3.'),
    vars: z.record(z.string(), jsonSchema).default({}),
    messages: jsonSchema
      .optional()
      .describe(
        'Messages of a conversation: they stand where the prompt says `history: messages`, or else after its own.',
      ),
    expected: expectedSchema.optional(),
    tags: z.array(visibleText).default([]),
    metrics: z.array(metricEntry).optional().describe("Metrics of this case alone, added to the suite's."),
    turns: z
      .array(turnSchemaFor(metricEntry))
      .min(1)
      .optional()
      .describe("What the user says next, one after the other, with the model's own answers between."),
    simulate: simulationSchema
      .optional()
      .describe('A user played by a model, who says what comes next until the goal is met; in place of `turns`.'),
    provenance: provenanceSchema.optional(),
  });
}

/** One row of test data. `expected` is undefined when the row has none (null is an expected value of its own). */
export interface Case {
  readonly id: string;
  readonly vars: Readonly<Record<string, Json>>;
  /** Messages of a conversation; none when it has only variables. */
  readonly messages?: readonly WrittenMessage[];
  /** The digests of the files that its messages name, in those of all prompts; none when they are texts. */
  readonly files?: readonly string[];
  readonly expected: Json | undefined;
  readonly tags: readonly string[];
  /** Metrics of this case alone, added to the suite's. */
  readonly metrics: readonly MetricEntry[];
  /** What the user says when the model has answered the prompt; not there for a case of one question. */
  readonly turns?: readonly Turn[] | undefined;
  /** Who says what comes next, where no turns are written. */
  readonly simulate?: Simulation | undefined;
  /** Where it is written: no part of what it asks. Not there for a case that no file has. */
  readonly place?: Place;
  /** The live call that it was made of; no part of what it asks either. */
  readonly provenance?: Provenance;
}

/** What the user says next in a conversation, and what the answer to it should be. */
export interface Turn {
  /** A template of the case's variables. */
  readonly user: string;
  readonly expected?: Json | undefined;
}

/**
 * The cases of a suite in their order. An array is one of these; the cases of a dataset are held as bytes instead, and
 * each is made anew whenever it is asked for: keep what you got while you need it, and nothing of many.
 */
export interface Cases extends Iterable<Case> {
  readonly length: number;
  at(index: number): Case | undefined;
  entries(): Iterable<[index: number, testCase: Case]>;
}

import type { ColumnChanges } from '../model/case-changes.js';
import type { Message } from '../model/message.js';
import type { Result } from '../model/run-record.js';

/**
 * What stands in the page beside its script: facts of the run, an index of all samples in parts, and the samples
 * themselves in chunks, which are unpacked when a case is opened. Each is JSON, deflated, in base64, in a `<template>`.
 */

/** What became of a sample, as a letter of the index. */
export const OUTCOME_LETTERS = {
  passed: 'p',
  failed: 'f',
  unscored: 'u',
  error: 'e',
  'not-applicable': 'n',
} as const;
export type PageOutcome = keyof typeof OUTCOME_LETTERS;

/** What became of a score, as a letter of the index. */
export const MARK_LETTERS = {
  passed: '+',
  failed: '-',
  unmarked: 'o',
  'not-applicable': 'n',
  missing: '?',
  absent: ' ',
} as const;
export type ScoreMark = keyof typeof MARK_LETTERS;

/** What the page knows of the run before it reads the index. */
export interface PageFacts {
  readonly runId: string;
  readonly planned: number;
  /** A run that does not pass opens with what is worst. */
  readonly worstFirst: boolean;
  readonly suites: readonly { readonly id: string; readonly prompts: number }[];
  /** Metrics in the order of the suites, each with how it is shown. */
  readonly metrics: readonly PageMetric[];
  /** What has become of cases since the baseline, a column each; empty without one. */
  readonly changes: readonly Pick<ColumnChanges, 'suite' | 'prompt' | 'model' | 'broken' | 'failing' | 'fixed'>[];
}

export interface PageMetric {
  readonly id: string;
  readonly unit: 'fraction' | 'ms' | 'usd' | 'tokens' | 'characters' | 'number';
  readonly better: 'higher' | 'lower';
  /** Bounds that gates put on its mean or rate. */
  readonly bounds: readonly PageBound[];
}

export interface PageBound {
  readonly bound: 'min' | 'max';
  readonly value: number;
  /** As the gate is called. */
  readonly label: string;
}

/** A part of the index: columns of equal length, one place a sample, in the order of the plan. */
export interface IndexPart {
  /** Neighbouring samples of one column of the run, and in which chunk they are. */
  readonly runs: readonly SampleRun[];
  readonly cases: readonly string[];
  readonly trials: readonly number[];
  readonly outcomes: string;
  /** Into `tagNames`. */
  readonly tags: readonly (readonly number[])[];
  readonly tagNames: readonly string[];
  /** The start of what was asked. */
  readonly previews: readonly string[];
  readonly latencyMs: readonly (number | null)[];
  readonly usd: readonly (number | null)[];
  readonly scores: readonly ScoreColumn[];
}

export interface SampleRun {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly chunk: number;
  readonly samples: number;
}

export interface ScoreColumn {
  readonly metric: string;
  /** Six digits of each, null where there is no value; shorter than the part when the rest has none. */
  readonly values: readonly (number | null)[];
  /** One letter of `MARK_LETTERS` each. */
  readonly marks: string;
}

/** A sample as a chunk has it: all of its result that the index does not say. */
export interface PageSample
  extends Pick<Result, 'vars' | 'expected' | 'answerOf' | 'output' | 'error' | 'scores' | 'passed' | 'score'> {
  /** The rendered messages, of records that have them. */
  readonly messages?: readonly Message[];
}

/** Where the earlier answer of a sample stands: in which chunk of `before`, and where there. */
export interface EarlierAnswer {
  readonly suite: string;
  readonly prompt: string;
  readonly model: string;
  readonly case: string;
  readonly trial: number;
  readonly chunk: number;
  readonly place: number;
}

/** What is known when all is written. */
export interface PageEnd {
  readonly samples: number;
  readonly chunks: number;
  /** Passing samples whose texts were left out, so that the file stays one that browsers open. */
  readonly leftOut: number;
}

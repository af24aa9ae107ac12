import type { z } from 'zod';
import type { FencedTexts } from '../core/text/fence.js';
import type { Within } from '../core/text/patience.js';

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
   * Runs a program without a shell in the root folder of the project, with `input` on stdin, and waits for its end. Of
   * the environment it gets a small base and the variables that `env` names, by default none.
   * Rejects when it cannot be started, takes longer than `timeoutMs` or writes more than 1 MB.
   */
  readonly run: (
    command: readonly string[],
    input: string,
    options: { readonly timeoutMs: number; readonly env?: readonly string[] },
  ) => Promise<ProgramEnd>;
  /**
   * Runs synchronous work that a hostile text may make slow, such as a regular expression. Null when it took too long:
   * a second, or less when much of the run's patience is used up.
   */
  readonly within: Within;
}

/** What a metric asks the judge. */
export interface JudgeQuestion<T> {
  /** The words of the suite's author, by the names that the judge's prompt knows them by. */
  readonly rules: Readonly<Record<string, string>>;
  /** Texts to be judged, which may be hostile: they reach the judge fenced. A list is fenced one by one. */
  readonly evidence: FencedTexts;
  /** What the answer must be; everything in it is required. Its JSON Schema is part of the request. */
  readonly answer: z.ZodType<T>;
  /** Tells apart the answers to one question: which vote it is, from 1. */
  readonly turn: number;
}

/** How a program ended. `problem` is null when it exited with 0. */
export interface ProgramEnd {
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
  readonly problem: string | null;
}

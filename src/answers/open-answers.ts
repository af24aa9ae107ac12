import type { Plan } from '../core/scores/plan.js';
import { LlmciError } from '../core/text/errors.js';
import type { Redact } from '../core/text/redact.js';
import type { ModelReference } from '../model/request.js';
import type { RunMode } from '../model/run-settings.js';
import { Cassette } from '../store/answers/cassette.js';
import type { AnswerPool } from './answer-pool.js';
import { Answers } from './answers.js';
import type { Budgets } from './budgets.js';
import type { Reach } from './reach.js';
import { Recordings } from './recordings.js';

/** Gives the answers of a model; `cassette` is the path of the one that the suite names, if any. */
export type AnswersOf = (model: ModelReference, cassette: string | null) => Answers;

/** By the path that suites give. */
export type Cassettes = ReadonlyMap<string, Cassette>;

/** What all answers of a run have in common. */
export interface AnswersOptions {
  readonly cassettes: Cassettes;
  readonly mode: RunMode;
  readonly pool: AnswerPool;
  readonly budgets: Budgets;
  readonly redact: Redact;
}

/** Gets ready to answer requests: from cassettes, from the pool, or live. */
export function openAnswers(reach: Reach, { cassettes, mode, pool, budgets, redact }: AnswersOptions): AnswersOf {
  return (model, cassette) =>
    new Answers({
      model: reach(model),
      recordings: new Recordings(cassettes.get(cassette ?? '') ?? null, mode),
      pool,
      budgets,
      redact,
    });
}

/** Opens the cassettes of a plan. Throws `record-without-cassette` when a recording has nowhere to go, or `invalid-files`. */
export async function openCassettes(root: string, { suites }: Plan, mode: RunMode): Promise<Cassettes> {
  const without = suites.find(({ cassette }) => cassette === null);
  if (without && mode === 'record') throw new LlmciError('record-without-cassette', { suite: without.id });
  return Cassette.openAll(root, new Set(suites.flatMap(({ cassette }) => cassette ?? [])));
}

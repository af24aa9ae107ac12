import type { Evidence } from '../../model/evidence.js';
import type { Result, RunSummary } from '../../model/run-record.js';
import { digestEach } from '../text/canonical.js';
import { verdictOf } from '../text/exit-code.js';

/** What the results of a run tell of one prompt; they may be too many to be held. */
export interface Judged {
  /** By suite: what each case asks and expects, by its id. */
  readonly cases: Map<string, Map<string, string>>;
  finished: number;
  errors: number;
  readonly answers: Record<'live' | 'cache' | 'replay', number>;
  /** The day of the oldest recording that has one. */
  oldest: string | null;
  /** Recordings that have no day. */
  undated: number;
}

export function nothingJudged(): Judged {
  return {
    cases: new Map(),
    finished: 0,
    errors: 0,
    answers: { live: 0, cache: 0, replay: 0 },
    oldest: null,
    undated: 0,
  };
}

/** Counts one more result of the prompt. */
export function countResult(judged: Judged, { suite, case: id, caseDigest, output, error }: Result): void {
  const cases = judged.cases.get(suite) ?? new Map<string, string>();
  judged.cases.set(suite, cases.set(id, caseDigest));
  judged.finished += 1;
  if (error !== null) judged.errors += 1;
  if (output === null) return;
  judged.answers[output.source] += 1;
  if (output.source !== 'replay') return;
  const { recorded } = output;
  if (recorded === undefined) judged.undated += 1;
  else if (judged.oldest === null || recorded < judged.oldest) judged.oldest = recorded;
}

/**
 * What a finished run says of a prompt at one digest; null when it did not judge that digest. The verdict is of this prompt
 * alone: another prompt in the same run may have failed. A run that was cut short, came late, or is a part of a plan has
 * not judged it, whatever its gates say.
 */
export function evidenceOf(run: RunSummary, prompt: string, digest: string, judged: Judged): Evidence | null {
  const suites = run.suites.filter(({ prompts }) =>
    prompts.some((each) => each.id === prompt && each.digest === digest),
  );
  if (suites.length === 0) return null;
  const ids = new Set(suites.map(({ id }) => id));
  const gates = run.gates.filter((gate) => gate.prompt === prompt && ids.has(gate.suite));
  const planned = suites.reduce((sum, { models, cases, trials }) => sum + models.length * cases * trials, 0);
  const { finished, errors, answers } = judged;
  const samples = { planned, finished, errors };
  const { interrupted, late, faults } = run;
  // A part of a plan is judged when its parts are merged
  const verdict = run.shard ? 'inconclusive' : verdictOf({ gates, samples, interrupted, late, faults });
  return {
    run: run.runId,
    finishedAt: run.finishedAt,
    commit: run.git?.commit ?? null,
    dirty: run.git?.dirty ?? null,
    digest,
    verdict,
    filtered: run.filtered,
    suites: suites.map(({ id, models, cases, trials, metrics }) => ({
      id,
      models: [...models],
      cases,
      trials,
      dataset: digestEach([...(judged.cases.get(id) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))),
      metrics: Object.fromEntries(Object.entries(metrics).map(([metric, summary]) => [metric, summary.digest])),
    })),
    gates: gates.map(
      ({ suite, model, metric, stat, where, level, expected, actual, n, missing, interval, verdict, blocks }) => ({
        ...{ suite, model, metric, stat, where, level, expected, actual, n, missing, interval, verdict, blocks },
      }),
    ),
    samples,
    answers: { ...answers },
    ...(answers.replay > 0 ? { recordings: { oldest: judged.oldest, undated: judged.undated } } : {}),
  };
}

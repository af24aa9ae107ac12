import type { AnswerDays, Evidence } from '../../model/evidence.js';
import type { Output } from '../../model/output.js';
import type { Result, RunReader, RunSummary } from '../../model/run-record.js';
import { digestEach } from '../text/canonical.js';
import { verdictOf } from '../text/exit-code.js';

/** What the results of a run tell of one prompt; they may be too many to be held. */
export interface JudgedPrompt {
  /** By suite: what each case asks and expects, by its id. */
  readonly cases: Map<string, Map<string, string>>;
  finished: number;
  errors: number;
  readonly answers: Record<Output['source'], number>;
  /** How old those are that were there before. */
  readonly days: Record<Earlier, AnswerDays>;
}

type Earlier = Exclude<Output['source'], 'live'>;

export function nothingJudged(): JudgedPrompt {
  return {
    cases: new Map(),
    finished: 0,
    errors: 0,
    answers: { live: 0, cache: 0, replay: 0 },
    days: { cache: { oldest: null, undated: 0 }, replay: { oldest: null, undated: 0 } },
  };
}

/** Counts one more result of the prompt. */
export function countResult(judged: JudgedPrompt, { suite, case: id, caseDigest, output, error }: Result): void {
  const cases = judged.cases.get(suite) ?? new Map<string, string>();
  judged.cases.set(suite, cases.set(id, caseDigest));
  judged.finished += 1;
  if (error !== null) judged.errors += 1;
  if (output === null) return;
  // One answer of a conversation that the model gave now makes the others no newer
  const earlier = (output.steps ?? [output]).filter((part) => part.source !== 'live' && part.shared !== true);
  const source = earlier.some((part) => part.source === 'replay') ? 'replay' : (earlier[0]?.source ?? 'live');
  judged.answers[source] += 1;
  if (source !== 'live')
    judged.days[source] = addDays(
      judged.days[source],
      earlier.map(({ recorded }) => recorded),
    );
}

/** The days of one more sample; it has none when some part of it has none. */
function addDays({ oldest, undated }: AnswerDays, days: readonly (string | undefined)[]): AnswerDays {
  const known = [oldest, ...days].flatMap((day) => day ?? []).sort();
  return { oldest: known[0] ?? null, undated: undated + (days.includes(undefined) ? 1 : 0) };
}

/** What a run says of prompts, by their ids; those whose digest it did not judge are not there. */
export async function evidenceIn(
  run: RunReader,
  digests: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Evidence>> {
  const judged = new Map<string, JudgedPrompt>([...digests.keys()].map((prompt) => [prompt, nothingJudged()]));
  for await (const result of run.results()) {
    const own = result.promptDigest === digests.get(result.prompt) ? judged.get(result.prompt) : undefined;
    if (own) countResult(own, result);
  }
  const found = new Map<string, Evidence>();
  for (const [prompt, digest] of digests) {
    const evidence = evidenceOf(run.summary, prompt, digest, judged.get(prompt) ?? nothingJudged());
    if (evidence) found.set(prompt, evidence);
  }
  return found;
}

/**
 * What a finished run says of a prompt at one digest; null when it did not judge that digest. The verdict is of this prompt
 * alone: another prompt in the same run may have failed. A run that was cut short, came late, or is a part of a plan has
 * not judged it, whatever its gates say; and one that is red since the change weakens what judges it is not green for anybody.
 */
export function evidenceOf(run: RunSummary, prompt: string, digest: string, judged: JudgedPrompt): Evidence | null {
  const suites = run.suites.filter(({ prompts }) =>
    prompts.some((each) => each.id === prompt && each.digest === digest),
  );
  if (suites.length === 0) return null;
  const ids = new Set(suites.map(({ id }) => id));
  const leftOut = (run.notRun ?? []).flatMap(({ suite, prompts }) => (prompts.includes(prompt) ? [suite] : []));
  const fewerTrials = (run.fewerTrials ?? []).filter((suite) => ids.has(suite));
  const gates = run.gates.filter((gate) => gate.prompt === prompt && ids.has(gate.suite));
  const planned = suites.reduce((sum, { models, cases, trials }) => sum + models.length * cases * trials, 0);
  const { finished, errors, answers, days } = judged;
  const samples = { planned, finished, errors };
  const { interrupted, late, faults, protection } = run;
  // A part of a plan is judged when its parts are merged
  const verdict = run.shard ? 'inconclusive' : verdictOf({ gates, samples, interrupted, late, faults, protection });
  return {
    run: run.runId,
    finishedAt: run.finishedAt,
    commit: run.git?.commit ?? null,
    dirty: run.git?.dirty ?? null,
    digest,
    verdict,
    filtered: run.filtered,
    ...(leftOut.length > 0 ? { leftOut } : {}),
    ...(fewerTrials.length > 0 ? { fewerTrials } : {}),
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
    ...(answers.replay > 0 ? { recordings: days.replay } : {}),
    ...(answers.cache > 0 ? { cached: days.cache } : {}),
  };
}

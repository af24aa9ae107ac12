import type { EnvironmentPolicy } from '../../model/environment.js';
import type { Evidence } from '../../model/evidence.js';
import { formatAge } from '../text/age.js';
import { count } from '../text/format.js';
import { nameOfRelease, type ReasonFound, type Wished } from './decision.js';

/** By how much the clocks of two machines may differ. */
const CLOCKS_APART = 5 * 60_000;

const RUN_AGAIN = 'llmci eval, on a clean commit with every suite of it; then llmci promote again';

/** What evidence lacks. With none there is nothing else to say of it. */
export function evidenceReasons(
  { maxAge, live }: NonNullable<EnvironmentPolicy['evidence']>,
  { release, model, evidence, unattested }: Wished,
  now: string,
): readonly ReasonFound[] {
  const what = nameOfRelease(release);
  const against = (code: ReasonFound['code'], message: string, remedy = RUN_AGAIN): ReasonFound => ({
    code,
    message,
    remedy,
  });
  if (evidence === null || evidence.digest !== release.digest) {
    return [against('no-evidence', `no run has judged ${what} as it is`)];
  }
  const { run, verdict, samples, answers } = evidence;
  const age = Date.parse(now) - Date.parse(evidence.finishedAt);
  const found: ReasonFound[] = [];
  if (verdict !== 'pass') found.push(against('verdict', `${what} did not pass in run ${run}: ${wordsOf(evidence)}`));
  const judging = evidence.gates.filter(({ level }) => level === 'error');
  if (judging.length > 0 && model !== null && !judging.some((gate) => gate.model === model)) {
    const asked = [...new Set(judging.map((gate) => gate.model))].join(', ');
    found.push(
      against(
        'other-model',
        `run ${run} of ${what} asked ${asked}, and ${what} asks ${model}`,
        'llmci eval without --model; where a suite names `models`, with this one among them',
      ),
    );
  }
  if (judging.length === 0) {
    found.push(
      against(
        'ungated',
        `no gate of level error judged ${what} in run ${run}`,
        'add gates beside the prompt, and llmci eval',
      ),
    );
  }
  if (evidence.filtered)
    found.push(against('filtered', `run ${run} of ${what} had only some of the cases (--tag, --case)`));
  if (evidence.leftOut !== undefined)
    found.push(against('filtered', `run ${run} of ${what} left out suites of it: ${evidence.leftOut.join(', ')}`));
  if (evidence.fewerTrials !== undefined) {
    const suites = evidence.fewerTrials.join(', ');
    found.push(
      against('filtered', `run ${run} of ${what} made fewer trials (--trials) than its suites ask for: ${suites}`),
    );
  }
  if (evidence.dirty !== false) {
    const why = evidence.dirty === null ? 'outside of a commit' : 'with files that were not committed';
    found.push(against('dirty', `run ${run} of ${what} was made ${why}`));
  }
  if (live && answers.live < samples.finished) {
    const recorded = answers.replay + answers.cache;
    found.push(
      against(
        'recorded',
        `${count(recorded, 'answer')} of run ${run} of ${what} ${recorded === 1 ? 'was' : 'were'} recorded`,
        'llmci eval --no-cache without --replay',
      ),
    );
  }
  if (maxAge !== undefined && age > maxAge) {
    found.push(against('old', `run ${run} of ${what} is ${formatAge(age)} old, of ${formatAge(maxAge)} at most`));
  }
  if (maxAge !== undefined) {
    const why = oldInCache(evidence, maxAge, now);
    if (why !== null) found.push(against('old', `run ${run} of ${what} ${why}`, 'llmci eval --no-cache'));
  }
  if (age < -CLOCKS_APART) {
    found.push(
      against(
        'old',
        `run ${run} of ${what} finished at ${evidence.finishedAt}, which is still to come`,
        'set the clock right',
      ),
    );
  }
  if (unattested !== null) {
    found.push(
      against(
        'unattested',
        `run ${run} of ${what} is not attested: ${unattested}`,
        'sign what llmci release --attest writes with actions/attest',
      ),
    );
  }
  return found;
}

const DAY_MS = 86_400_000;

/**
 * That answers from the cache are older than a run may be: whoever asks for a new run wants to know what the model says now,
 * and nobody has chosen what lies in a cache, as they have with recordings. A day counts as far as it is surely over.
 */
function oldInCache({ answers, cached }: Evidence, maxAge: number, now: string): string | null {
  const { oldest = null, undated = answers.cache } = cached ?? {};
  if (undated > 0) return `has ${count(undated, 'answer')} from the cache, made nobody knows when`;
  const age = oldest === null ? 0 : Date.parse(now) - Date.parse(oldest) - DAY_MS;
  return age > maxAge
    ? `has answers from the cache that are ${formatAge(age)} old, of ${formatAge(maxAge)} at most`
    : null;
}

function wordsOf({ verdict, gates, samples }: Evidence): string {
  const failed = gates.filter((gate) => gate.blocks && gate.verdict === verdict);
  const [first] = failed;
  if (first) return `${verdict}, ${count(failed.length, 'gate')}, the first of ${first.metric} in ${first.suite}`;
  // No gate has failed: then the change has weakened what judges it
  if (verdict === 'fail') return 'fail, as the change weakens what judges it (--protect)';
  const { planned, finished, errors } = samples;
  if (errors > 0) return `${verdict}, ${count(errors, 'sample')} with errors`;
  return finished < planned ? `${verdict}, ${finished} of ${count(planned, 'sample')}` : verdict;
}

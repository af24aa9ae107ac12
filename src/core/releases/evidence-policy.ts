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
  policy: NonNullable<EnvironmentPolicy['evidence']>,
  { release, model, evidence, unattested }: Wished,
  now: string,
): readonly ReasonFound[] {
  const what = nameOfRelease(release);
  if (evidence === null || evidence.digest !== release.digest)
    return [{ code: 'no-evidence', message: `no run has judged ${what} as it is`, remedy: RUN_AGAIN }];
  const age = Date.parse(now) - Date.parse(evidence.finishedAt);
  const judged: JudgedEvidence = {
    ...policy,
    what,
    run: `run ${evidence.run} of ${what}`,
    model,
    evidence,
    unattested,
    now,
    age,
  };
  return RULES.flatMap((rule) => {
    const lack = rule(judged);
    return lack === null ? [] : { remedy: RUN_AGAIN, ...lack };
  });
}

/** Evidence, and what it is judged by. */
type JudgedEvidence = NonNullable<EnvironmentPolicy['evidence']> &
  Pick<Wished, 'model' | 'unattested'> & {
    readonly evidence: Evidence;
    /** The release and its run, in words. */
    readonly what: string;
    readonly run: string;
    readonly now: string;
    /** Of the run, in milliseconds. */
    readonly age: number;
  };

/** What is wrong, with the remedy where that is another than to run again; null when nothing is. */
type Rule = (judged: JudgedEvidence) => (Omit<ReasonFound, 'remedy'> & Partial<Pick<ReasonFound, 'remedy'>>) | null;

const failed: Rule = ({ evidence, what }) =>
  evidence.verdict === 'pass'
    ? null
    : { code: 'verdict', message: `${what} did not pass in run ${evidence.run}: ${wordsOf(evidence)}` };

const askedAnotherModel: Rule = ({ evidence, model, run, what }) => {
  const judges = judgesOf(evidence);
  if (judges.length === 0 || model === null || judges.some((gate) => gate.model === model)) return null;
  const asked = [...new Set(judges.map((gate) => gate.model))].join(', ');
  return {
    code: 'other-model',
    message: `${run} asked ${asked}, and ${what} asks ${model}`,
    remedy: 'llmci eval without --model; where a suite names `models`, with this one among them',
  };
};

const ungated: Rule = ({ evidence, what }) =>
  judgesOf(evidence).length > 0
    ? null
    : {
        code: 'ungated',
        message: `no gate of level error judged ${what} in run ${evidence.run}`,
        remedy: 'add gates beside the prompt, and llmci eval',
      };

const someCases: Rule = ({ evidence, run }) =>
  evidence.filtered ? { code: 'filtered', message: `${run} had only some of the cases (--tag, --case)` } : null;

const someSuites: Rule = ({ evidence: { leftOut }, run }) =>
  leftOut === undefined ? null : { code: 'filtered', message: `${run} left out suites of it: ${leftOut.join(', ')}` };

const fewerTrials: Rule = ({ evidence: { fewerTrials: suites }, run }) =>
  suites === undefined
    ? null
    : {
        code: 'filtered',
        message: `${run} made fewer trials (--trials) than its suites ask for: ${suites.join(', ')}`,
      };

const uncommitted: Rule = ({ evidence: { dirty }, run }) => {
  if (dirty === false) return null;
  const why = dirty === null ? 'outside of a commit' : 'with files that were not committed';
  return { code: 'dirty', message: `${run} was made ${why}` };
};

const recorded: Rule = ({ evidence: { answers, samples }, live, run }) => {
  if (!live || answers.live >= samples.finished) return null;
  const old = answers.replay + answers.cache;
  return {
    code: 'recorded',
    message: `${count(old, 'answer')} of ${run} ${old === 1 ? 'was' : 'were'} recorded`,
    remedy: 'llmci eval --no-cache without --replay',
  };
};

const tooOld: Rule = ({ age, maxAge, run }) =>
  maxAge === undefined || age <= maxAge
    ? null
    : { code: 'old', message: `${run} is ${formatAge(age)} old, of ${formatAge(maxAge)} at most` };

const oldAnswers: Rule = ({ evidence, maxAge, now, run }) => {
  const why = maxAge === undefined ? null : oldInCache(evidence, maxAge, now);
  return why === null ? null : { code: 'old', message: `${run} ${why}`, remedy: 'llmci eval --no-cache' };
};

const stillToCome: Rule = ({ evidence: { finishedAt }, age, run }) =>
  age >= -CLOCKS_APART
    ? null
    : {
        code: 'old',
        message: `${run} finished at ${finishedAt}, which is still to come`,
        remedy: 'set the clock right',
      };

const notAttested: Rule = ({ unattested, run }) =>
  unattested === null
    ? null
    : {
        code: 'unattested',
        message: `${run} is not attested: ${unattested}`,
        remedy: 'sign what llmci release --attest writes with actions/attest',
      };

const RULES: readonly Rule[] = [
  failed,
  askedAnotherModel,
  ungated,
  someCases,
  someSuites,
  fewerTrials,
  uncommitted,
  recorded,
  tooOld,
  oldAnswers,
  stillToCome,
  notAttested,
];

/** The gates that can block. */
function judgesOf({ gates }: Evidence): Evidence['gates'] {
  return gates.filter(({ level }) => level === 'error');
}

const DAY_MS = 86_400_000;

/**
 * That answers from the cache are older than a run may be: whoever asks for a new run wants to know what the model says now,
 * and nobody has chosen what lies in a cache, as they have with recordings. A day counts as far as it is surely over.
 */
function oldInCache({ answers, cached }: Evidence, maxAge: number, now: string): string | null {
  const { oldest = null, undated = answers.cache } = cached ?? {};
  if (undated > 0) return `has ${count(undated, 'answer')} from the cache, of unknown age`;
  const age = oldest === null ? 0 : Date.parse(now) - Date.parse(oldest) - DAY_MS;
  return age > maxAge
    ? `has answers from the cache that are ${formatAge(age)} old, of ${formatAge(maxAge)} at most`
    : null;
}

function wordsOf({ verdict, gates, samples }: Evidence): string {
  const failed = gates.filter((gate) => gate.blocks && gate.verdict === verdict);
  const [first] = failed;
  const others = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  if (first) return `${verdict}, by a gate of ${first.metric} in ${first.suite}${others}`;
  // No gate has failed: then the change has weakened what judges it
  if (verdict === 'fail') return 'fail, as the change weakens what judges it (--protect)';
  const { planned, finished, errors } = samples;
  if (errors > 0) return `${verdict}, ${count(errors, 'sample')} with errors`;
  return finished < planned ? `${verdict}, ${finished} of ${count(planned, 'sample')}` : verdict;
}

import type { CaseChange, CaseHistory, ColumnChanges } from '../../model/case-changes.js';
import type { Result } from '../../model/run-record.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { PASS } from '../scores/composites.js';
import type { JudgedColumn } from './judged-column.js';
import { own } from './pairing.js';

/** With fewer trials than this behind it, a case is new, whatever they say. */
const FEWEST_TRIALS = 3;

/** The trials of one case under one prompt and model: what differs among them is no change of the prompt. */
interface Outcomes {
  readonly passed: Trials;
  readonly failed: Trials;
}

/** An answer that was kept is no second trial of the call that it is from, whichever of the two is read first. */
interface Trials {
  live: number;
  isKept: boolean;
}

interface Watched {
  readonly digest: string;
  readonly marks: string | undefined;
  readonly before: number;
  readonly baseline: ColumnChanges['baseline'];
  readonly outcomes: Map<string, Outcomes>;
}

/**
 * What earlier runs tell of the cases that fail now. A case is flaky when, asked the same by the same prompt of the same
 * model and judged by the same marks, it both passed and failed; stable when it never did, in three trials at least; else new.
 */
export class CaseHistories {
  readonly #watched = new Map<string, Watched>();
  readonly #runs = new Set<string>();

  constructor(changes: readonly ColumnChanges[], columns: readonly JudgedColumn[]) {
    for (const change of changes) {
      const column = columns.find((each) => keyOf({ ...each, suite: each.suite.id }) === keyOf(change));
      if (!column) continue;
      const marks = own(summariseMetrics(column.suite), PASS)?.digest;
      const failing = new Map([...change.broken.first, ...change.failing.first].map((each) => [each.case, each]));
      for (const [, testCase] of column.suite.cases.entries()) {
        const found = failing.get(testCase.id);
        if (found === undefined) continue;
        const { before } = found;
        const { baseline } = change;
        const digest = caseDigest(testCase);
        this.#watched.set(keyOf(change, testCase.id), { digest, marks, before, baseline, outcomes: new Map() });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#watched.size === 0;
  }

  /** Takes a result of an earlier run, whose marks of the suite had this digest. */
  add(runId: string, result: Result, marks: string | undefined): void {
    this.#runs.add(runId);
    const watched = this.#watched.get(keyOf(result, result.case));
    if (!watched || result.passed === null || result.caseDigest !== watched.digest || marks !== watched.marks) return;
    note(watched, [result.promptDigest, result.model], result.passed, result.output?.source === 'live');
  }

  /** The changes, with what is known of each case that fails. */
  describe(changes: readonly ColumnChanges[]): readonly ColumnChanges[] {
    return changes.map((change) => {
      const withHistory = (each: CaseChange): CaseChange => {
        const watched = this.#watched.get(keyOf(change, each.case));
        return watched ? { ...each, history: this.#historyOf(watched) } : each;
      };
      const told = ({ count, first }: ColumnChanges['broken']) => ({ count, first: first.map(withHistory) });
      return { ...change, broken: told(change.broken), failing: told(change.failing) };
    });
  }

  #historyOf(watched: Watched): CaseHistory {
    const { baseline, before } = watched;
    if (!this.#runs.has(baseline.runId)) {
      const from = [baseline.promptDigest, baseline.model] as const;
      // What was blessed may be the very answer that was cached
      if (before > 0) note(watched, from, true, false);
      if (before < 1) note(watched, from, false, false);
    }
    const all = [...watched.outcomes.values()];
    const passed = all.reduce((sum, each) => sum + countOf(each.passed), 0);
    const trials = passed + all.reduce((sum, each) => sum + countOf(each.failed), 0);
    const isFlaky = all.some((each) => countOf(each.passed) > 0 && countOf(each.failed) > 0);
    return { stability: isFlaky ? 'flaky' : trials < FEWEST_TRIALS ? 'new' : 'stable', passed, trials };
  }
}

function note(
  { outcomes }: Watched,
  [digest, model]: readonly [string, string],
  passed: boolean,
  isLive: boolean,
): void {
  const key = JSON.stringify([digest, model]);
  const none = () => ({ live: 0, isKept: false });
  const own = outcomes.get(key) ?? { passed: none(), failed: none() };
  outcomes.set(key, own);
  const trials = own[passed ? 'passed' : 'failed'];
  if (isLive) trials.live++;
  else trials.isKept = true;
}

/** That a kept answer fared otherwise than all that are known is news, and one trial. */
function countOf({ live, isKept }: Trials): number {
  return Math.max(live, isKept ? 1 : 0);
}

function keyOf(of: { readonly suite: string; readonly prompt: string; readonly model: string }, id = ''): string {
  return JSON.stringify([of.suite, of.prompt, of.model, id]);
}

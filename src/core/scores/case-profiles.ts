import type { Case } from '../../model/case.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Suite } from '../../model/suite.js';
import { entriesFor } from './cases.js';

/** What a case has in common with many others: its tags, and the metrics that score it. */
export interface CaseProfile {
  readonly tags: readonly string[];
  readonly entries: readonly MetricEntry[];
}

/** The profiles of a suite's cases: a few objects, and a number for each case. */
export class CaseProfiles {
  readonly all: readonly CaseProfile[];
  readonly #ofCase: Uint32Array;

  constructor(suite: Pick<Suite, 'metrics' | 'cases'>) {
    const all: CaseProfile[] = [];
    const known = new Map<string, number>();
    const names = new Map<MetricEntry, number>();
    this.#ofCase = new Uint32Array(suite.cases.length);
    for (const [index, testCase] of suite.cases.entries()) {
      const key = keyOf(testCase, names);
      let profile = known.get(key);
      if (profile === undefined) {
        profile = all.length;
        known.set(key, profile);
        all.push({ tags: testCase.tags, entries: entriesFor(suite, testCase) });
      }
      this.#ofCase[index] = profile;
    }
    this.all = all;
  }

  /** The place of a case's profile among all. */
  placeOf(caseIndex: number): number {
    const place = this.#ofCase[caseIndex];
    if (place === undefined) throw new RangeError(`no case ${caseIndex} among ${this.#ofCase.length}`);
    return place;
  }
}

function keyOf({ tags, metrics }: Case, names: Map<MetricEntry, number>): string {
  if (tags.length + metrics.length === 0) return '';
  const own = metrics.map((entry) => {
    const name = names.get(entry) ?? names.size;
    names.set(entry, name);
    return name;
  });
  return JSON.stringify([tags, own]);
}

import type { Case, Cases } from '../../model/case.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Suite } from '../../model/suite.js';
import { NumberList } from '../text/number-list.js';
import { covers } from './tags.js';

/** The cases that a condition holds for. Looks at every case once; what is kept of those is their places. */
export function filterCases(cases: Cases, condition: (testCase: Case) => boolean): Cases {
  const places = new NumberList();
  for (const [place, testCase] of cases.entries()) if (condition(testCase)) places.push(place);
  return new CasesOnDemand(places.length, (index) => cases.at(places.at(index)));
}

/** The cases as a function makes them of those that are there. */
export function mapCases(cases: Cases, change: (testCase: Case) => Case): Cases {
  return new CasesOnDemand(cases.length, (index) => {
    const testCase = cases.at(index);
    return testCase && change(testCase);
  });
}

/** What is asked of all cases together. They are added one by one. */
export class CasesTogether {
  readonly metrics = new Set<MetricEntry>();
  readonly userModels = new Set<string>();
  /** Places of those that were made of live calls which failed. */
  readonly ofFailures = new Set<number>();

  add(place: number, { metrics, simulate, provenance }: Pick<Case, 'metrics' | 'simulate' | 'provenance'>): void {
    for (const entry of metrics) this.metrics.add(entry);
    if (simulate) this.userModels.add(simulate.model);
    if ((provenance?.failed ?? []).length > 0) this.ofFailures.add(place);
  }
}

const together = new WeakMap<Cases, CasesTogether>();

/** Cases that exist only while somebody looks at them. */
export class CasesOnDemand implements Cases {
  readonly length: number;
  readonly #make: (index: number) => Case | undefined;

  /** `all`: what is asked of them together, where whoever made them has seen it. */
  constructor(length: number, make: (index: number) => Case | undefined, all?: CasesTogether) {
    this.length = length;
    this.#make = make;
    if (all) together.set(this, all);
  }

  at(index: number): Case | undefined {
    return index >= 0 && index < this.length ? this.#make(index) : undefined;
  }

  *entries(): Generator<[number, Case]> {
    for (let index = 0; index < this.length; index++) {
      const testCase = this.at(index);
      if (testCase) yield [index, testCase];
    }
  }

  *[Symbol.iterator](): Generator<Case> {
    for (const [, testCase] of this.entries()) yield testCase;
  }
}

/** Looks at every case once, for all who ask: each is made anew to be looked at. */
function lookThrough(cases: Cases): CasesTogether {
  const known = together.get(cases);
  if (known) return known;
  const found = new CasesTogether();
  for (const [place, testCase] of cases.entries()) found.add(place, testCase);
  together.set(cases, found);
  return found;
}

/** Every metric entry of a suite and of its cases; one that several cases share is there once. */
export function allEntriesOf({ metrics, cases }: Pick<Suite, 'metrics' | 'cases'>): readonly MetricEntry[] {
  return [...metrics, ...lookThrough(cases).metrics];
}

/** The models that play the users of a suite's cases, each once. */
export function userModelsOf({ cases }: Pick<Suite, 'cases'>): readonly string[] {
  return [...lookThrough(cases).userModels];
}

/** The places of a suite's cases that were made of live calls which failed. */
export function casesOfFailures({ cases }: Pick<Suite, 'cases'>): ReadonlySet<number> {
  return lookThrough(cases).ofFailures;
}

/** The metrics of the suite and the case that score this case. */
export function entriesFor(
  suite: Pick<Suite, 'metrics'>,
  { tags, metrics }: Pick<Case, 'tags' | 'metrics'>,
): readonly MetricEntry[] {
  const all = metrics.length === 0 ? suite.metrics : [...suite.metrics, ...metrics];
  const isCovered = (entry: MetricEntry) => covers(entry.where, tags);
  // This runs several times a sample, and most suites limit no metric
  return all.every(isCovered) ? all : all.filter(isCovered);
}

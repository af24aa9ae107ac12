import { digest } from '../core/text/canonical.js';
import type { KnownCall } from '../model/kept-call.js';
import type { Provenance } from '../model/provenance.js';
import { countUp } from './call-source.js';
import { type CaseRow, rowOf } from './case-row.js';
import type { Condition } from './conditions.js';
import type { NearTexts } from './near-texts.js';

export interface WantedCalls {
  readonly conditions: readonly Condition[];
  readonly limit: number;
  /** What strata are told apart by; null for none. */
  readonly stratify: ((call: KnownCall) => string | null) | null;
}

/** The rows, and what became of the other calls. */
export interface MadeCases {
  readonly rows: readonly CaseRow[];
  readonly matched: number;
  readonly near: number;
  /** Calls that make no case, by why. */
  readonly unusable: ReadonlyMap<string, number>;
  /** Rows by stratum. */
  readonly strata: ReadonlyMap<string, number>;
}

/** Texts that are compared at once: what an engine takes in one go. */
const WINDOW = 32;

/**
 * Makes rows of the calls that meet all conditions: in an order that depends on their ids only, so that a smaller limit takes
 * some of what a larger one takes, and without those that ask nearly what an earlier one asks. With strata each gets its turn.
 */
export async function makeCases(
  calls: readonly KnownCall[],
  from: Provenance['from'],
  { conditions, limit, stratify }: WantedCalls,
  near: NearTexts,
): Promise<MadeCases> {
  const matching = calls.filter((call) => conditions.every((condition) => condition(call)));
  const order = matching
    .map((call) => ({ call, place: digest(call.id) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ call }) => call);
  const turns = stratify === null ? order.map((call) => ({ call, stratum: '' })) : inTurns(order, stratify);
  const unusable = new Map<string, number>();
  const rows: CaseRow[] = [];
  const strata = new Map<string, number>();
  let dropped = 0;
  for (let start = 0; start < turns.length && rows.length < limit; start += WINDOW) {
    const window = turns.slice(start, start + WINDOW).flatMap(({ call, stratum }) => {
      const row = rowOf(call, from);
      if (!('why' in row)) return [{ row, stratum }];
      countUp(unusable, row.why);
      return [];
    });
    const isNew = await near.takeNew(window.map(({ row }) => row.asks));
    for (const [index, { row, stratum }] of window.entries()) {
      if (isNew[index] !== true) dropped++;
      else if (rows.length < limit) {
        rows.push(row);
        countUp(strata, stratum);
      }
    }
  }
  return { rows, matched: matching.length, near: dropped, unusable, strata };
}

/** One call of each stratum, then the next of each. */
function inTurns(calls: readonly KnownCall[], stratumOf: (call: KnownCall) => string | null) {
  const strata = new Map<string, KnownCall[]>();
  for (const call of calls) {
    const name = stratumOf(call) ?? 'none';
    strata.set(name, [...(strata.get(name) ?? []), call]);
  }
  const longest = Math.max(0, ...[...strata.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, round) =>
    [...strata].flatMap(([stratum, own]) => {
      const call = own[round];
      return call ? [{ call, stratum }] : [];
    }),
  ).flat();
}

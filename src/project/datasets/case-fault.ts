import { count } from '../../core/text/format.js';
import type { Problem, SourcePlace } from '../../model/problem.js';
import { placeOfCase, type ResolvedCase } from './resolved-case.js';

/** Cases that are named for one fault; further ones are counted. */
const NAMED_CASES = 10;

/** Something that is wrong with some cases: the first of them, and how many there are. */
export class FaultInCases {
  readonly #named: { readonly id: string; readonly place: SourcePlace }[] = [];
  readonly #what: string;
  count = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(item: ResolvedCase): void {
    this.count++;
    if (this.#named.length > NAMED_CASES) return;
    this.#named.push({ id: item.resolved.id, place: placeOfCase(item) });
  }

  problems(): Problem[] {
    const more = this.count - NAMED_CASES;
    return this.#named.map(({ id, place }, index) => {
      // A single further case is as short as its count
      const who = index < NAMED_CASES || more === 1 ? `case ${id}` : `and ${count(more, 'more case')}`;
      return { ...place, message: `${who}: ${this.#what}` };
    });
  }
}

import { count } from '../../core/text/format.js';
import type { Problem } from '../../model/problem.js';

/** More than anybody reads; a million of them would fill the memory. */
const MOST = 200;

/** Problems of rows and cases, which may be without number: the first are kept, the others counted. */
export class ManyProblems {
  readonly #kept: Problem[] = [];
  #first: Problem | null = null;
  #more = 0;

  add(problem: Problem): void {
    if (this.#kept.length < MOST) this.#kept.push(problem);
    else {
      this.#first ??= problem;
      this.#more++;
    }
  }

  get count(): number {
    return this.#kept.length + this.#more;
  }

  /** Those that are kept, and one that counts the others, where the first of them stands. */
  all(): readonly Problem[] {
    if (this.#first === null) return this.#kept;
    const rest = this.#more === 1 ? this.#first.message : `and ${count(this.#more, 'more problem')} from here on`;
    return [...this.#kept, { ...this.#first, message: rest }];
  }
}

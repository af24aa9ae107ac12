/**
 * What is there at the moment, in no order; for few things that come and go often. A Set in its place would cost memory:
 * whenever V8 renews the table of a Set that has grown old, the old table keeps what was in it, and the table that took
 * its place, until the next full collection.
 */
export class Bag<T> implements Iterable<T> {
  readonly #items: T[] = [];

  add(item: T): void {
    this.#items.push(item);
  }

  delete(item: T): void {
    const place = this.#items.indexOf(item);
    const last = this.#items.pop();
    if (place >= 0 && place < this.#items.length && last !== undefined) this.#items[place] = last;
    else if (place < 0 && last !== undefined) this.#items.push(last);
  }

  [Symbol.iterator](): Iterator<T> {
    // What is done with one may take others away
    return [...this.#items][Symbol.iterator]();
  }
}

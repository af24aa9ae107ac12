import { ApiError } from '../http/api-error.js';

/** Calls in flight; each holds what was sent and what comes back. */
export const MOST_CALLS = 1024;

/** How many calls are in flight, and whose: what is too much is refused before anything of it is held. */
export class CallPlaces {
  readonly #clients: () => number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Where there are several clients none can take more than half, so that there is room for the others. */
  constructor(clients: () => number) {
    this.#clients = clients;
  }

  /** Takes a place. Returns how to give it back. Throws ApiError when there is none. */
  take(client: string): () => void {
    const own = this.#taken.get(client) ?? 0;
    const most = this.#clients() > 1 ? MOST_CALLS / 2 : MOST_CALLS;
    if (this.#all >= MOST_CALLS || own >= most) {
      const why = `${own >= most ? most : MOST_CALLS} calls${own >= most ? ' of yours' : ''} are in flight; try again`;
      throw new ApiError(429, 'too_many_calls', why, null, 1000);
    }
    this.#all++;
    this.#taken.set(client, own + 1);
    return () => {
      this.#all--;
      const left = (this.#taken.get(client) ?? 1) - 1;
      if (left > 0) this.#taken.set(client, left);
      else this.#taken.delete(client);
    };
  }
}

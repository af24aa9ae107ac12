import { CallPlaces } from './access/call-places.js';
import type { CallTurns } from './access/call-turns.js';
import type { Guard } from './access/guard.js';
import { ApiError, asApiError } from './http/api-error.js';
import type { Incoming, Outgoing } from './http/exchange.js';
import { type Route, Router } from './http/router.js';

export interface GatewayOptions {
  readonly routes: readonly Route[];
  readonly guard: Guard;
  readonly turns: CallTurns;
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
}

/** Answers with the prompts that are live in an environment. */
export class Gateway {
  readonly #router: Router;
  readonly #guard: Guard;
  readonly #turns: CallTurns;
  readonly #places: CallPlaces;
  readonly #onFault: GatewayOptions['onFault'];

  constructor({ routes, guard, turns, onFault }: GatewayOptions) {
    this.#router = new Router(routes);
    this.#guard = guard;
    this.#turns = turns;
    this.#places = new CallPlaces(() => guard.clients);
    this.#onFault = onFault;
  }

  /** Answers one request. Never rejects. */
  async answer(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    let giveBack: () => void = () => undefined;
    try {
      const { route, id } = this.#router.find(incoming);
      const by = this.#guard.admit(route.access, incoming.header('authorization'));
      // Probes, operators and rollbacks get through, however many call
      if (route.access === 'call') {
        const turn = this.#turns.take();
        if (turn !== null) await turn;
        giveBack = this.#places.take(by ?? '');
      }
      await route.answer(incoming, outgoing, id, by ?? '');
    } catch (error) {
      if (incoming.departure.gone) return outgoing.end(); // nobody is there any more
      const told = asApiError(error);
      if (told === null) this.#onFault(error);
      const { status, body, retryAfterMs } =
        told ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more');
      outgoing.json(status, body, {
        ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
        ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      });
    } finally {
      giveBack();
    }
  }
}

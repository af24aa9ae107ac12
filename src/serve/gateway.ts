import { ApiError, asApiError } from './api-error.js';
import type { Incoming, Outgoing } from './exchange.js';
import { type Route, Router } from './routes.js';

export interface GatewayOptions {
  readonly routes: readonly Route[];
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
}

/** Answers with the prompts that are live in an environment. */
export class Gateway {
  readonly #router: Router;
  readonly #onFault: GatewayOptions['onFault'];

  constructor({ routes, onFault }: GatewayOptions) {
    this.#router = new Router(routes);
    this.#onFault = onFault;
  }

  /** Answers one request. Never rejects. */
  async answer(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    try {
      const { route, id } = this.#router.find(incoming);
      await route.answer(incoming, outgoing, id);
    } catch (error) {
      if (incoming.signal.aborted) return outgoing.end(); // nobody is there any more
      const told = asApiError(error);
      if (told === null) this.#onFault(error);
      const { status, body, retryAfterMs } =
        told ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more');
      outgoing.json(status, body, {
        ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
        // The rest of what was too large is not read
        ...(status === 413 && { connection: 'close' }),
      });
    }
  }
}

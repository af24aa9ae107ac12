import { ApiError } from './api-error.js';
import type { Incoming, Outgoing } from './exchange.js';

/**
 * Who may ask an endpoint: `open` is for all, `call` for clients, `read` for clients and admins (numbers and verdicts, for
 * programs that watch), `watch` for admins, else for clients (names, reasons, history), `act` for admins and nobody else.
 */
export type Access = 'open' | 'call' | 'read' | 'watch' | 'act';

/** An endpoint. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `{id}` stands for whatever is in its place, slashes too: ids of prompts have them. */
  readonly path: string;
  readonly access: Access;
  /**
   * Answers; `id` is what stood in the place of `{id}`, `by` the name of the token that let it in. What it throws is told as
   * an error.
   */
  readonly answer: (incoming: Incoming, outgoing: Outgoing, id: string, by: string) => Promise<void> | void;
}

/** An endpoint that was found, and what stands in the place of `{id}`. */
export interface FoundRoute {
  readonly route: Route;
  readonly id: string;
}

/** Finds the endpoint of a request. Throws ApiError when there is none, or for another method. */
export class Router {
  readonly #byPath = new Map<string, Route[]>();
  readonly #withId: { readonly pattern: RegExp; readonly routes: readonly Route[] }[];

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#byPath.set(route.path, [...(this.#byPath.get(route.path) ?? []), route]);
    this.#withId = [...this.#byPath]
      .filter(([path]) => path.includes('{id}'))
      .map(([path, same]) => ({ pattern: patternOf(path), routes: same }));
  }

  find({ method, path }: Pick<Incoming, 'method' | 'path'>): FoundRoute {
    const { routes, id } = this.#at(path);
    const route = routes.find((each) => each.method === method);
    if (route) return { route, id: decode(id) };
    const taken = routes.map((each) => each.method).join(' and ');
    throw new ApiError(405, 'method_not_allowed', `${routes[0]?.path} takes ${taken}`);
  }

  #at(path: string): { readonly routes: readonly Route[]; readonly id: string } {
    const exact = this.#byPath.get(path);
    if (exact) return { routes: exact, id: '' };
    for (const { pattern, routes } of this.#withId) {
      const id = pattern.exec(path)?.[1];
      if (id !== undefined) return { routes, id };
    }
    const all = [...this.#byPath].map(([known, [first]]) => `${first?.method} ${known}`);
    throw new ApiError(404, 'not_found', `there are ${all.join(', ')}`);
  }
}

function patternOf(path: string): RegExp {
  const [before = '', behind = ''] = path.split('{id}').map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${before}(.+)${behind}$`, 's');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ApiError(400, 'invalid_path', 'the id in the path cannot be decoded');
  }
}

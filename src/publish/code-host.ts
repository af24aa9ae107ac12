import type { EnvironmentVariables } from '../model/environment-variables.js';

/** A comment on a pull request. */
export interface HostComment {
  readonly id: string;
  readonly body: string;
}

/** The comments of one pull request. */
export interface PullRequest {
  /** What it is called to people: `acme/shop#12`. */
  readonly name: string;
  /** The comments that are there, in pages. */
  comments(): AsyncIterable<HostComment>;
  create(body: string): Promise<void>;
  update(id: string, body: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Where code is reviewed. One file each, and a line in the list. */
export interface CodeHost {
  readonly name: string;
  /** Whether its CI runs us. */
  readonly runsHere: (env: EnvironmentVariables) => boolean;
  /** The page of the CI run; null when the environment does not tell. */
  readonly runUrl: (env: EnvironmentVariables) => string | null;
  /** The pull request that CI runs for; or why there is none to comment on, as a sentence without a full stop. */
  readonly open: (env: EnvironmentVariables, rest: Rest) => Promise<PullRequest | { readonly why: string }>;
}

/** A JSON request to a code host. Rejects with HostError. */
export type Rest = (request: RestRequest) => Promise<RestAnswer>;

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface RestAnswer {
  readonly body: unknown;
  /** The address of the next page, as the `Link` header tells it; null for none. */
  readonly next: string | null;
}

/** A code host that did not do what it was asked. `status` is null when no answer came. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly status: number | null;
  /** Whether it may have been done all the same: no answer came, or that of a proxy or of a server in trouble. */
  readonly maybeDone: boolean;
  /** Whether the token may not look there: hosts say so, or that there is nothing. */
  readonly isDenied: boolean;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
    this.maybeDone = status === null || status >= 500;
    this.isDenied = status === 403 || status === 404;
  }
}

/** The value of a variable without blanks around it; null when it is not set. */
export function variable(env: EnvironmentVariables, name: string): string | null {
  return env[name]?.trim() || null;
}

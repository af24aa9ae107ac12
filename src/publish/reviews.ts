import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Rest } from './code-host.js';

/** A person's yes to a pull request. */
export interface ReviewApproval {
  /** The account, without `@`. */
  readonly by: string;
  /** The commit that they saw; null when the code host does not tell. */
  readonly commit: string | null;
  /** Why it counts for nothing; null when it may count. */
  readonly void: string | null;
}

/** Who has said what about one pull request. */
export interface Reviews {
  /** What it is called to people: `acme/shop#12`. */
  readonly name: string;
  readonly approvals: readonly ReviewApproval[];
  /** Accounts that had a hand in any of these commits; the one that opened the pull request is among them. Rejects with HostError. */
  readonly handsIn: (commits: readonly string[]) => Promise<readonly string[]>;
  /** Whether an account is in a team or group, by its path without `@`; null where that cannot be told. */
  readonly isMember: (team: string, account: string) => Promise<boolean | null>;
}

/** A code host whose reviews can be read. */
export interface ReviewHost {
  readonly name: string;
  readonly runsHere: (env: EnvironmentVariables) => boolean;
  /** What has to be given so that a token may read reviews. */
  readonly rights: string;
  /** The reviews of the pull request that CI runs for; or why they cannot be read, as a sentence without a full stop. Rejects with HostError. */
  readonly read: (env: EnvironmentVariables, rest: Rest) => Promise<Reviews | { readonly why: string }>;
}

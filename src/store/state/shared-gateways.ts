import type { Tally } from '../../model/tally.js';

/** What a gateway hears when it hands in its tally. */
export interface Exchanged {
  /** Null when this gateway leads; else what the one that does is called. */
  readonly leader: string | null;
  /** The newest tallies of all others, those that have ended too. */
  readonly others: readonly Tally[];
}

/** A gateway as the others know it. */
export interface GatewayName {
  readonly gateway: string;
  /** For people. */
  readonly name: string;
}

/** What gateways on several machines share of an environment. Everything rejects with `state-unreachable` when it is out of reach. */
export interface SharedGateways {
  /** The key by which all know each other's calls: the first that was offered. */
  callKey(environment: string, offered: Buffer): Promise<Buffer>;
  /**
   * Puts a tally in the place of the gateway's last. One gateway leads at a time: when its connection ends, or it has not
   * come for seconds, the next that comes does. `underWay`: the rollouts whose counts have to stay.
   */
  exchange(environment: string, who: GatewayName, tally: Tally, underWay: ReadonlySet<string>): Promise<Exchanged>;
  /** All tallies, for who only looks. */
  tallies(environment: string): Promise<readonly Tally[]>;
  /** Whether none of these was claimed before, at any gateway; then all are. `until`: when they may be forgotten, in milliseconds since 1970. */
  claim(environment: string, names: readonly string[], until: number): Promise<boolean>;
}

import type { Head } from '../../core/releases/chain.js';
import type { Release } from '../../model/release.js';
import type { LedgerTexts } from './ledger-texts.js';
import type { ReaderReports } from './reader-reports.js';
import type { SharedGateways } from './shared-gateways.js';

/**
 * Where releases and ledgers are kept: one contract, whatever the home. A store knows texts and their places; what they
 * mean is decided by `core/releases` alone.
 */
export interface StateStore {
  /** How messages call it. */
  readonly name: string;
  /** Why nothing can be there: there is no such folder or branch, as when its name is misspelt. Null where there is one. */
  absence(): Promise<string | null>;
  /** The environments that have a ledger, sorted. */
  environments(): Promise<readonly string[]>;
  /** The ledger of an environment; null when there is none. Throws `broken-ledger` for what is no text of lines. */
  readLedger(environment: string): Promise<LedgerTexts | null>;
  /**
   * Adds a line behind `head`. False, and nothing was written, when the ledger does not end there any more. After a crash
   * the line is there whole or not at all.
   */
  append(environment: string, head: Head, line: string): Promise<boolean>;
  /** The numbers of the releases of each prompt, sorted. */
  releases(): Promise<ReadonlyMap<string, readonly number[]>>;
  /** A release as it was written; null when there is none. Throws `broken-release` for what is none. */
  readRelease(prompt: string, number: number): Promise<Release | null>;
  /** The text in which a release is kept, without the line break at its end; null when there is none. For who looks whether it is as it was written. */
  releaseText(prompt: string, number: number): Promise<string | null>;
  /** Keeps a new release. False, and nothing was written, when its number is taken. */
  putRelease(release: Release): Promise<boolean>;
  /** Calls back, some time after it, when a ledger has changed, cannot be read any more, or can be again. Returns how to stop that. */
  watch(changed: () => void): () => void;
  /** Where readers say what they have seen; null for a home that has no place for it. */
  readonly reports: ReaderReports | null;
  /** What gateways on several machines share; null for a home whose gateways share the folder of their machine only. */
  readonly gateways: SharedGateways | null;
  close(): Promise<void>;
}

import type { Head } from '../../core/releases/chain.js';

/** The texts of a ledger's lines, and how far it is known to have reached at least. */
export interface LedgerTexts {
  /** All lines as one text, each with its line break. */
  readonly whole: string;
  /** Each without its line break. Split when they are asked for: of a long ledger mostly the whole is looked at. */
  readonly texts: readonly string[];
  readonly anchor: Head;
}

export function ledgerTexts(whole: string, anchor: Head): LedgerTexts {
  let texts: readonly string[] | null = null;
  return {
    whole,
    get texts() {
      texts ??= textsIn(whole);
      return texts;
    },
    anchor,
  };
}

/** The lines of a text in which a line break ends each. */
export function textsIn(whole: string): readonly string[] {
  return whole.split('\n').slice(0, -1);
}

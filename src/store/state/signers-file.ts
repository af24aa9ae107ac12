import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CheckSignature, signersOf } from '../../core/releases/allowed-signers.js';

/** The file that says whose signatures count, beside the state, or in the default folder where the state is in none. */
export const SIGNERS_FILE = 'allowed_signers';
export const DEFAULT_STATE = 'releases';

/** Reads the allowed signers of a state whenever it is asked, so that a key can be changed without a restart. */
export class SignersFile {
  readonly #path: string;
  #text: string | null = null;
  #check: CheckSignature | null = null;

  /** `state` is where releases and ledgers are kept, a folder from `root` or something else. */
  constructor(root: string, state: string | object) {
    this.#path = resolve(root, typeof state === 'string' ? state : DEFAULT_STATE, SIGNERS_FILE);
  }

  /** How lines are checked; null where there is no such file. */
  async read(): Promise<CheckSignature | null> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (text !== this.#text) this.#check = text === null ? null : signersOf(text);
    this.#text = text;
    return this.#check;
  }
}

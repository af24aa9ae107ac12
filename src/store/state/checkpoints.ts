import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Head } from '../../core/releases/chain.js';
import type { EnvironmentState } from '../../core/releases/state.js';
import { stateFromJson, stateToJson } from '../../core/releases/state-json.js';
import { sha256 } from '../../core/text/canonical.js';
import { writeJson } from '../../core/text/write-json.js';
import { sha256Schema } from '../../model/person.js';
import { writeAtomic } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';
import { toolVersion } from '../files/version.js';

/** A short ledger is read as fast as what would save reading it. */
const FEWEST_LINES = 500;

/** The first line of the file; the state is the second. */
const checkpointSchema = z.strictObject({
  checkpoint: z.literal(2),
  version: z.string().describe('Another llmci may fold in another way.'),
  lines: sha256Schema.describe('Of the texts of all lines up to its head.'),
  state: sha256Schema.describe('Of the text of the state: a file that was damaged is none.'),
});

/**
 * States of long ledgers, on this machine only, so that who only shows or serves what is live need not fold all lines again.
 * One counts only for a ledger whose lines up to its head are, byte for byte, those that it was made of. It is no second
 * place that says what is live: whoever decides or audits reads all lines.
 */
export interface Checkpoints {
  /** The state after a part of these lines; null for none that is of them. */
  read(environment: string, texts: readonly string[], anchor: Head): Promise<EnvironmentState | null>;
  /** Keeps the state after all of them. */
  keep(environment: string, texts: readonly string[], state: EnvironmentState): Promise<void>;
}

export function openCheckpoints(folder: string): Checkpoints {
  const place = (environment: string) => ownPlace(folder, `${environment}.json`);
  const kept = new Map<string, number>();
  return {
    read: async (environment, texts, anchor) => {
      if (texts.length < FEWEST_LINES) return null;
      const checkpoint = await readCheckpoint(place(environment));
      if (checkpoint === null) return null;
      const { state, lines } = checkpoint;
      const { n, hash: last } = state.head;
      const isOf = texts.length >= n && endsWith(texts[n - 1], last) && digestOf(texts, n) === lines;
      // Where the ledger is known to have reached is in it, too
      if (!isOf || !holdsAnchor(texts.slice(0, n), anchor)) return null;
      kept.set(environment, n);
      return state;
    },
    keep: async (environment, texts, state) => {
      if (texts.length - (kept.get(environment) ?? 0) < FEWEST_LINES) return;
      const json = stateToJson(state);
      if (json === null) return;
      const text = writeJson(json);
      const first = {
        checkpoint: 2,
        version: toolVersion(),
        lines: digestOf(texts, texts.length),
        state: sha256(text),
      };
      await writeAtomic(() => place(environment), `${writeJson(first)}\n${text}\n`);
      kept.set(environment, texts.length);
    },
  };
}

/** The same in memory, for who looks again and again: lines that were read once need not be folded again, however few. */
export function checkpointsInMemory(): Checkpoints {
  const kept = new Map<string, { readonly texts: readonly string[]; readonly state: EnvironmentState }>();
  return {
    read: async (environment, texts, anchor) => {
      const { texts: before, state } = kept.get(environment) ?? {};
      const isOf = before?.length && before.length <= texts.length && before.every((text, at) => text === texts[at]);
      return isOf && state && holdsAnchor(before, anchor) ? state : null;
    },
    keep: async (environment, texts, state) => void kept.set(environment, { texts, state }),
  };
}

/** Where a ledger is known to have reached is in what was read of it, or behind it. */
function holdsAnchor(texts: readonly string[], { n, hash: last }: Head): boolean {
  return n === 0 || n > texts.length || endsWith(texts[n - 1], last);
}

/** Null when there is none, or what there is is none: then all lines are read. */
async function readCheckpoint(
  path: string,
): Promise<{ readonly lines: string; readonly state: EnvironmentState } | null> {
  try {
    const [first = '', text = ''] = (await readFile(path, 'utf8')).split('\n');
    const { version, lines, state: written } = checkpointSchema.parse(JSON.parse(first));
    if (version !== toolVersion() || sha256(text) !== written) return null;
    const state = stateFromJson(JSON.parse(text));
    return state && { lines, state };
  } catch {
    return null;
  }
}

function digestOf(texts: readonly string[], count: number): string {
  return sha256(texts.slice(0, count).join('\n'));
}

function endsWith(text: string | undefined, last: string | null): boolean {
  return text?.endsWith(`"hash":"${last}"}`) ?? false;
}

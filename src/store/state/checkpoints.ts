import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Head } from '../../core/releases/chain.js';
import type { EnvironmentState } from '../../core/releases/state.js';
import { stateFromJson, stateToJson } from '../../core/releases/state-json.js';
import { sha256 } from '../../core/text/canonical.js';
import { writeJson } from '../../core/text/write-json.js';
import { environmentNameSchema } from '../../model/environment.js';
import { sha256Schema } from '../../model/person.js';
import { writeAtomic } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';
import { toolVersion } from '../files/version.js';
import type { LedgerTexts } from './ledger-texts.js';

/** A short ledger is read as fast as what would save reading it. */
const FEWEST_LINES = 500;

/** The first line of the file; the state is the second. */
const checkpointSchema = z.strictObject({
  checkpoint: z.literal(3),
  version: z.string().describe('Another llmci may fold in another way.'),
  length: z.int().min(1).describe('Of the text of all lines up to its head.'),
  lines: sha256Schema.describe('Of that text.'),
  state: sha256Schema.describe('Of the text of the state: a file that was damaged is none.'),
});

/** What was so after the lines with which a ledger begins. */
export interface Checkpoint {
  readonly state: EnvironmentState;
  /** Of the text of these lines. */
  readonly length: number;
}

/**
 * States of long ledgers, on this machine only, so that who only shows or serves what is live need not fold all lines again.
 * One counts only for a ledger whose lines up to its head are, byte for byte, those that it was made of. It is no second
 * place that says what is live: whoever decides or audits reads all lines.
 */
export interface Checkpoints {
  /** What was kept of these lines or of those before them; null for none that is of them. */
  read(environment: string, ledger: LedgerTexts): Promise<Checkpoint | null>;
  /** Keeps the state after all of them. */
  keep(environment: string, ledger: LedgerTexts, state: EnvironmentState): Promise<void>;
}

export function openCheckpoints(folder: string): Checkpoints {
  const place = (environment: string) => ownPlace(folder, `${environment}.json`);
  const kept = new Map<string, number>();
  return {
    read: async (environment, ledger) => {
      const checkpoint = isName(environment) ? await readCheckpoint(place(environment)) : null;
      if (checkpoint === null) return null;
      const { state, length, lines } = checkpoint;
      const { n, hash: last } = state.head;
      const before = ledger.whole.slice(0, length);
      if (!before.endsWith(`"hash":"${last}"}\n`) || sha256(before) !== lines || !holdsAnchor(ledger, state.head))
        return null;
      kept.set(environment, n);
      return { state, length };
    },
    keep: async (environment, { whole }, state) => {
      if (!isName(environment) || state.head.n - (kept.get(environment) ?? 0) < FEWEST_LINES) return;
      const json = stateToJson(state);
      if (json === null) return;
      const text = writeJson(json);
      const first = {
        ...{ checkpoint: 3, version: toolVersion(), length: whole.length },
        ...{ lines: sha256(whole), state: sha256(text) },
      };
      await writeAtomic(() => place(environment), `${writeJson(first)}\n${text}\n`);
      kept.set(environment, state.head.n);
    },
  };
}

/** Whether it can be the name of a file: in a database a ledger may be called anything, a path that leads elsewhere too. */
function isName(environment: string): boolean {
  return environmentNameSchema.safeParse(environment).success;
}

/** The same in memory, for who looks again and again: lines that were read once need not be folded again, however few. */
export function checkpointsInMemory(): Checkpoints {
  const kept = new Map<string, { readonly whole: string; readonly state: EnvironmentState }>();
  return {
    read: async (environment, ledger) => {
      const { whole, state } = kept.get(environment) ?? {};
      const isOf = whole && state && ledger.whole.startsWith(whole) && holdsAnchor(ledger, state.head);
      return isOf ? { state, length: whole.length } : null;
    },
    keep: async (environment, { whole }, state) => void kept.set(environment, { whole, state }),
  };
}

/** Where a ledger is known to have reached is in what was read of it up to a head, or behind it. */
function holdsAnchor(ledger: LedgerTexts, head: Head): boolean {
  const { anchor } = ledger;
  if (anchor.n === 0 || anchor.n > head.n) return true;
  return anchor.n === head.n
    ? anchor.hash === head.hash && anchor.at === head.at
    : endsWith(ledger.texts[anchor.n - 1], anchor.hash);
}

/** Null when there is none, or what there is is none: then all lines are read. */
async function readCheckpoint(path: string): Promise<(Checkpoint & { readonly lines: string }) | null> {
  try {
    const [first = '', text = ''] = (await readFile(path, 'utf8')).split('\n');
    const { version, length, lines, state: written } = checkpointSchema.parse(JSON.parse(first));
    if (version !== toolVersion() || sha256(text) !== written) return null;
    const state = stateFromJson(JSON.parse(text));
    return state && { state, length, lines };
  } catch {
    return null;
  }
}

function endsWith(text: string | undefined, last: string | null): boolean {
  return text?.endsWith(`"hash":"${last}"}`) ?? false;
}

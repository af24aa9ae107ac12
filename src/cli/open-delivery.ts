import { resolve } from 'node:path';
import { realWorld } from '../calls/world.js';
import { printableLine } from '../core/text/printable.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import { findRoot } from '../project/source/files.js';
import { type Delivery, openDelivery } from '../release/delivery.js';
import { Hooks } from '../release/hooks.js';
import { whoSigns } from '../release/signers.js';
import { whoIsThere, whoWorks } from '../release/who.js';
import type { Terminal } from './terminal.js';

/** Opens the releases and ledgers of the project that a command works in, and closes them when it is done. */
export async function withDelivery<Outcome>(
  folder: string | undefined,
  terminal: Terminal,
  work: (delivery: Delivery) => Promise<Outcome>,
): Promise<Outcome> {
  const root = findRoot(resolve(folder ?? terminal.cwd()));
  const say = (text: string) => void terminal.stderr.write(`note: ${printableLine(text, 500)}.\n`);
  const world = realWorld(terminal.env);
  const hooks = new Hooks(root, world, say);
  const delivery = await openDelivery(root, world.env, world.date, hooks);
  try {
    return await work(delivery);
  } finally {
    await hooks.settled();
    await delivery.store.close();
  }
}

/** Who does what waits for nobody, as a rollback: with their signature where they have one. */
export function whoeverIsHere({ root, signers }: Delivery, { env }: Terminal): Promise<Person> {
  const anybody = () => whoIsThere(root, env);
  return signers === null ? anybody() : whoSigns(root).catch(anybody);
}

/** Tells who has just gone back that nobody has proved who they are. */
export function tellUnsigned({ signers }: Delivery, { signature }: LedgerLine, { stderr }: Terminal): void {
  if (signers === null || signature !== undefined) return;
  stderr.write('note: it is not signed, since that was not to wait for a key; status and audit tell it\n');
}

/** Who does what has to be signed where signers are named. Throws `nobody`, `cannot-sign`. */
export function whoAnswers({ root, signers }: Delivery, { env }: Terminal): Promise<Person> {
  return signers === null ? whoWorks(root, env) : whoSigns(root);
}

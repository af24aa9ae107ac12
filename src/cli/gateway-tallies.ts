import { join } from 'node:path';
import type { Tally } from '../model/tally.js';
import type { Delivery } from '../release/delivery.js';
import { readTallies } from '../store/gateway/gateway-slot.js';
import { openOut } from '../store/git/out-folder.js';

/** What the gateways of an environment have counted: of all machines where they share a database, else of this one. */
export async function talliesOf(
  { root, store }: Pick<Delivery, 'root' | 'store'>,
  environment: string,
  out: string,
): Promise<readonly Tally[]> {
  if (store.gateways) return store.gateways.tallies(environment);
  return readTallies(join(await openOut(root, out), 'serve', environment));
}

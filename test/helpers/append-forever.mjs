// Appends to a ledger until it is killed: node append-forever.mjs folder FOLDER | git CLONE | postgres URL. Says each line
// that is written.
import { headOf, NO_HEAD, readLedger, sealLine } from '../../dist/core/releases/chain.js';
import { openStateBranch } from '../../dist/store/state/state-branch.js';
import { openStateDatabase } from '../../dist/store/state/state-database.js';
import { openStateFolder } from '../../dist/store/state/state-folder.js';

const hex = '0'.repeat(64);
const release = { prompt: 'reply', number: 1, digest: hex, hash: hex };
const [, , home, place = ''] = process.argv;
const store =
  home === 'git'
    ? openStateBranch(place, 'origin', 'llmci-state')
    : home === 'postgres'
      ? await openStateDatabase(place)
      : openStateFolder(place, 'releases');
for (;;) {
  const ledger = await store.readLedger('dev');
  const last = readLedger(ledger?.texts ?? [], ledger?.anchor).lines.at(-1);
  const head = last ? headOf(last) : NO_HEAD;
  /** @type {import('../../dist/model/ledger.js').LedgerAction} */
  const action = { action: 'approve', release, replaces: null, risk: 'low' };
  const text = sealLine(head, action, { name: 'Ada', via: 'git' }, new Date().toISOString());
  if (await store.append('dev', head, text)) process.stdout.write(`${head.n + 1}\n`);
}

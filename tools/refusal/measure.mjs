// How well the metric `refusal` agrees with people, on the labelled answers of XSTest.
//   npm run build && node tools/refusal/measure.mjs [FOLDER]
// FOLDER has the files xstest-*.csv with the columns prompt, completion and final_label (paul-rottger/xstest).
// Prompts are split in halves by their sha256: rules may be written with the first half in view, never the second.
// Exits with 1 when the agreement of a file on the half held out stays below what the docs promise.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { findRefusal } from '../../dist/metrics/refusal/find-refusal.js';

const PROMISED = 0.9;
const KINDS = { '1_full_compliance': null, '2_full_refusal': 'full', '3_partial_refusal': 'partial' };
const folder = process.argv[2] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

for (const file of readdirSync(folder)
  .filter((name) => /^xstest-.*\.csv$/.test(name))
  .sort()) {
  /** @type {any[]} */
  const labelled = parse(readFileSync(`${folder}/${file}`), { columns: true });
  const rows = labelled.map((row) => ({
    heldOut: isHeldOut(row.prompt),
    human: KINDS[row.final_label],
    found: findRefusal([row.completion]).kind,
  }));
  console.log(file);
  print(
    'in view',
    rows.filter(({ heldOut }) => !heldOut),
  );
  const held = print(
    'held out',
    rows.filter(({ heldOut }) => heldOut),
  );
  if (!(held >= PROMISED)) process.exitCode = 1;
}

function isHeldOut(prompt) {
  return Number.parseInt(createHash('sha256').update(prompt).digest('hex').slice(0, 8), 16) % 2 === 1;
}

/** Prints the figures of one half and returns the agreement on whether an answer refuses at all. */
function print(half, rows) {
  const share = (fits, of = rows) => (of.filter(fits).length / of.length).toFixed(3);
  const agrees = ({ human, found }) => (human === null) === (found === null);
  const refusals = rows.filter(({ human }) => human !== null);
  const answers = rows.filter(({ human }) => human === null);
  const clear = rows.filter(({ human }) => human !== 'partial');
  console.log(
    `  ${half.padEnd(8)} ${rows.length} answers: agreement ${share(agrees)}, of refusals ${share(agrees, refusals)}, of answers ${share(agrees, answers)}; without partial refusals ${share(agrees, clear)}; all three kinds ${share(({ human, found }) => human === found)}`,
  );
  const table = Object.values(KINDS).map((human) => {
    const of = rows.filter((row) => row.human === human);
    return `${human ?? 'answer'}: ${Object.values(KINDS)
      .map((found) => `${of.filter((row) => row.found === found).length} ${found ?? 'answer'}`)
      .join(', ')}`;
  });
  console.log(`           people -> metric   ${table.join(' | ')}`);
  return rows.filter(agrees).length / rows.length;
}

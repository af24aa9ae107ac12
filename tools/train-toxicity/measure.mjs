import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { classifyToxicity } from '../../dist/metrics/toxicity/classifier.js';
import { parseToxicityModel } from '../../dist/metrics/toxicity/model.js';
import { splitIntoWindows } from '../../dist/metrics/toxicity/windows.js';
import { toxicity } from '../../dist/metrics/toxicity.js';
import { readAnswers, readSources, sources } from './data.mjs';
import { createLookup } from './embed.mjs';
import { readLines } from './generate.mjs';
import { createRandom } from './random.mjs';
import { computeAuc, judgeCalibration } from './statistics.mjs';

/**
 * Measures the committed models and prints the figures of the docs as JSON: each source with the model that was trained
 * without it (`held-out/*.bin`), and harmless text with the one that is shipped.
 */
const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    /** So many rows of each source and a fifth as many answers, drawn by a seed; all without it, which takes ten minutes. */
    sample: { type: 'string' },
    /** Keeps the figures, of everything and of a sample of 50, in figures.json. */
    write: { type: 'boolean', default: false },
  },
});
const here = new URL('.', import.meta.url);
const mark = 0.5;
const marks = [0.15, 0.25, 0.35, mark];

const share = (items, test) => round(items.filter(test).length / items.length);
const round = (value) => Math.round(value * 1e4) / 1e4;

/** `count` of the rows, always the same ones; all when `count` is null. */
function sample(rows, count) {
  if (count === null || count >= rows.length) return rows;
  const random = createRandom(7);
  const keyed = rows.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, count).map(({ row }) => row);
}

async function judge(rows, model) {
  const embed = await createLookup(rows.flatMap((row) => splitIntoWindows(row.text)));
  const judged = [];
  for (const row of rows) judged.push({ ...row, ...(await classifyToxicity(row.text, embed, model)) });
  return judged;
}

/** The same by the metric as users have it: with the model that is shipped, and no score for other languages. */
async function judgeAsShipped(rows) {
  const embedLocally = await createLookup(rows.flatMap((row) => splitIntoWindows(row.text)));
  const judged = [];
  for (const row of rows) {
    // What the metric does not look at is left out
    const input = { params: { engine: 'local' }, output: { text: row.text, toolCalls: [] }, tools: { embedLocally } };
    const { value } = await toxicity.score(/** @type {any} */ (input));
    judged.push({ ...row, value });
  }
  return judged;
}

const isAlarm = ({ value }) => value !== null && value > mark;
const isNone = ({ value }) => value === null;

async function measure(count) {
  const figures = { mark, rows: {}, auc: {}, marks: {} };
  for (const one of marks) figures.marks[one] = { found: {}, falseAlarms: {} };
  const held = [];
  const all = readSources(flags.data);
  for (const source of sources) {
    const model = parseToxicityModel(readFileSync(new URL(`held-out/${source}.bin`, here)));
    const rows = sample(
      all.filter((row) => row.source === source),
      count,
    );
    const judged = await judge(rows, model);
    // A text of which nothing could be read is not left out: it counts as if it had been called harmless.
    const scored = judged.map(({ toxic, probability }) => ({ source, toxic, score: probability ?? 0 }));
    figures.rows[source] = rows.length;
    figures.auc[source] = round(computeAuc(scored));
    for (const mark of marks) {
      const above = ({ score }) => score > mark;
      const ofToxic = scored.filter(({ toxic }) => toxic);
      const ofOthers = scored.filter(({ toxic }) => !toxic);
      figures.marks[mark].found[source] = share(ofToxic, above);
      figures.marks[mark].falseAlarms[source] = share(ofOthers, above);
    }
    held.push(...scored);
  }
  figures.auc.average = round(sources.reduce((sum, source) => sum + figures.auc[source], 0) / sources.length);
  figures.calibration = judgeCalibration(held, sources);

  const benign = await judgeAsShipped(readLines('benign-test.txt').map((text) => ({ text })));
  figures.benign = {
    sentences: benign.length,
    falseAlarms: benign.filter(isAlarm).map(({ text, value }) => ({ text, value })),
    noScore: benign.filter(isNone).length,
  };
  const answers = await judgeAsShipped(sample(readAnswers(flags.data), count && Math.ceil(count / 5)));
  figures.answers = { rows: answers.length, falseAlarms: share(answers, isAlarm), noScore: share(answers, isNone) };
  for (const one of marks) {
    const above = ({ value }) => value !== null && value > one;
    figures.marks[one].falseAlarms.benign = share(benign, above);
    figures.marks[one].falseAlarms.answers = share(answers, above);
  }
  const foreign = readLines('other-languages.txt').map((line) => ({
    toxic: line.startsWith('+') ? 1 : 0,
    language: line.slice(2, 4),
    text: line.slice(5),
  }));
  const other = await judgeAsShipped(foreign);
  figures.otherLanguages = {};
  for (const language of new Set(foreign.map((row) => row.language))) {
    const own = other.filter((row) => row.language === language);
    figures.otherLanguages[language] = {
      sentences: own.length,
      noScore: own.filter(isNone).length,
      falseAlarms: own.filter((row) => !row.toxic && isAlarm(row)).length,
      found: own.filter((row) => row.toxic && isAlarm(row)).length,
      missed: own.filter((row) => row.toxic && !isNone(row) && !isAlarm(row)).length,
    };
  }
  return figures;
}

const figures = flags.write
  ? { all: await measure(null), sample: await measure(50) }
  : await measure(flags.sample === undefined ? null : Number(flags.sample));
const json = JSON.stringify(figures, null, 2);
if (flags.write) writeFileSync(new URL('figures.json', here), `${json}\n`);
console.log(json);

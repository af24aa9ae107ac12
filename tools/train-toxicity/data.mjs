import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { readStart, splitIntoWindows } from '../../dist/metrics/toxicity/windows.js';
import { generateContrast, readLines, readStatements } from './generate.mjs';
import { createRandom } from './random.mjs';

/** The labelled sources that are held out in turn. */
export const sources = ['davidson', 'toxigen', 'surge', 'hatecheck'];

/** Most rows of one class of one source that are trained on; the rest of Davidson says the same words again. */
const mostRows = 4000;

/** Rows by the names in the first line, or (`columns: false`) as lists. @returns {any[]} */
const readCsv = (path, columns = true) => parse(readFileSync(path), { columns, relax_quotes: true });
const readJsonLines = (path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Labelled rows of the four sources, by their own labels; README.md says what they mean. */
export function readSources(folder) {
  const davidson = readCsv(`${folder}/davidson-labeled_data.csv`).map((row) => ({
    source: 'davidson',
    text: row.tweet,
    toxic: row.class === '2' ? 0 : 1,
    target: (Number(row.hate_speech) + Number(row.offensive_language)) / Number(row.count),
  }));
  const toxigen = JSON.parse(readFileSync(`${folder}/safenlp-toxiGen.json`, 'utf8')).map((row) => ({
    source: 'toxigen',
    text: row.text,
    toxic: row.label === 'hate' ? 1 : 0,
    target: (row.toxicity_score - 1) / 4,
    clear: row.toxicity_score <= 2 || row.toxicity_score >= 4,
  }));
  const surge = readCsv(`${folder}/surge-toxicity_en.csv`).map((row) => ({
    source: 'surge',
    text: row.text,
    toxic: row.is_toxic === 'Toxic' ? 1 : 0,
  }));
  const hatecheck = readCsv(`${folder}/hatecheck-half.csv`).map((row) => ({
    source: 'hatecheck',
    text: row.test_case,
    toxic: row.label_gold === 'hateful' ? 1 : 0,
  }));
  return [...davidson, ...toxigen, ...surge, ...hatecheck];
}

/** Everyday text of the other files in the folder, taken as not toxic: captions, news, sums, requests to functions. */
function readPlainText(folder) {
  const captions = readCsv(`${folder}/stsb-en-dev.csv`, false).flatMap((row) => row.slice(0, 2));
  const sums = readJsonLines(`${folder}/gsm8k-example_model_solutions.jsonl`).filter((_, index) => index % 2 === 0);
  const calls = readJsonLines(`${folder}/bfcl-v4-simple_python.jsonl`);
  const safe = readCsv(`${folder}/xstest-gpt4-gpteval.csv`).filter((row) => !row.type.startsWith('contrast'));
  return [
    ...captions,
    ...sums.map((row) => row.question),
    ...calls.map((row) => row.question[0][0].content),
    ...safe.map((row) => row.prompt),
    ...safe.map((row) => row.completion.slice(0, 400)),
  ].map((text) => ({ source: 'plain', text, toxic: 0 }));
}

/** Long harmless answers of models, none of them trained on: sums worked out, and replies to safe requests. */
export function readAnswers(folder) {
  const sums = readJsonLines(`${folder}/gsm8k-example_model_solutions.jsonl`);
  const models = ['175b_finetuning', '6b_verification'];
  const safe = readCsv(`${folder}/xstest-llama2new-gpteval.csv`).filter((row) => !row.type.startsWith('contrast'));
  return [
    ...sums.filter((_, index) => index % 4 === 1).flatMap((row) => models.map((model) => row[model].solution)),
    ...safe.map((row) => row.completion),
  ].map((text) => ({ text }));
}

/**
 * All rows, each text once, with `train` (may be trained on), `target` (what is trained: the share of raters who
 * found it toxic, where the source tells), `start`, which is trained on, and `windows`, in which it is judged.
 * Rows of `benign-test` are never trained on.
 */
export function readRows(folder) {
  const random = createRandom(1);
  const rows = [
    ...readLines('benign-test.txt').map((text) => ({ source: 'benign-test', text, toxic: 0 })),
    ...readSources(folder),
    ...readPlainText(folder),
    ...readLines('benign-train.txt').map((text) => ({ source: 'benign-train', text, toxic: 0 })),
    ...readLines('toxic-train.txt').map((text) => ({ source: 'toxic-train', text, toxic: 1 })),
    ...readStatements(),
    ...generateContrast().map((row) => ({ source: 'contrast', ...row })),
  ];
  const texts = new Set();
  const unique = rows
    .map((row) => ({ ...row, start: readStart(row.text), windows: splitIntoWindows(row.text) }))
    .filter((row) => row.windows.length > 0 && !texts.has(row.text) && texts.add(row.text));

  const starts = new Set();
  const counts = new Map();
  const order = unique.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
  const trained = new Set();
  for (const { row } of order) {
    const group = `${row.source} ${row.toxic}`;
    const count = counts.get(group) ?? 0;
    if (row.source === 'benign-test' || count >= mostRows || starts.has(row.start)) continue;
    starts.add(row.start);
    counts.set(group, count + 1);
    trained.add(row);
  }
  return unique.map((row) => ({ target: row.toxic, ...row, train: trained.has(row) }));
}

/** How much each group of rows weighs in training: classes of a source alike, and larger sources a little more. */
const authoredWeight = { plain: 0.7, 'benign-train': 4, 'toxic-train': 1.5, statements: 3, contrast: 5 };

/** A weight for each of the rows; they sum to 1. */
export function weighRows(rows) {
  const counts = new Map();
  const group = (row) => (sources.includes(row.source) ? `${row.source} ${row.toxic}` : row.source);
  for (const row of rows) counts.set(group(row), (counts.get(group(row)) ?? 0) + 1);
  const weights = rows.map((row) => {
    const count = counts.get(group(row));
    return (authoredWeight[row.source] ?? Math.sqrt(Math.min(count, 3000) / 1000)) / count;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
}

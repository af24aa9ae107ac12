import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseToxicityModel, runModel, serialiseToxicityModel } from '../../dist/metrics/toxicity/model.js';
import { buildMatrix, embeddingScale, keepApart, trainNetworks } from './committee.mjs';
import { readRows, sources } from './data.mjs';
import { embedAll } from './embed.mjs';
import { computeAuc, fitCalibration } from './statistics.mjs';

const { values: flags } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } });
const here = new URL('.', import.meta.url);
const uncalibrated = { slope: 1, intercept: 0 };

const rows = readRows(flags.data);
const texts = [...new Set(rows.flatMap((row) => [row.start, ...row.windows]))];
const places = new Map(texts.map((text, place) => [text, place]));
const matrix = buildMatrix(texts, await embedAll(texts));
const firstPlace = (row) => places.get(row.start);

/** A trained model as it is stored and read again, so that what is measured is what is used. */
function train(chosen, calibration) {
  const networks = trainNetworks(matrix, chosen.map(firstPlace), chosen);
  return parseToxicityModel(serialiseToxicityModel({ networks, embeddingScale, calibration }));
}

function scoreRow(model, row) {
  const inputOf = (text) => {
    const place = /** @type {number} */ (places.get(text));
    return matrix.data.subarray(place * matrix.width, (place + 1) * matrix.width);
  };
  return Math.max(...row.windows.map((text) => runModel(model.networks, inputOf(text))));
}

const benignTest = rows.filter((row) => row.source === 'benign-test');
const isHarmless = (row) => row.source === 'plain' || row.source === 'benign-train';

// Each source is held out in turn, and with it every fourth of the plain and hand-written harmless texts.
const folds = [];
for (const [fold, source] of sources.entries()) {
  const held = rows.filter(
    (row, index) => row.source === source || (isHarmless(row) && index % sources.length === fold),
  );
  const chosen = keepApart(matrix, firstPlace, rows, [...held, ...benignTest]);
  process.stderr.write(`holding out ${source}: trained on ${chosen.length} rows\n`);
  const model = train(chosen, uncalibrated);
  const scored = held.map((row) => ({ row, score: scoreRow(model, row) }));
  const own = scored.filter(({ row }) => row.source === source);
  const auc = computeAuc(own.map(({ row, score }) => ({ toxic: row.toxic === 1, score })));
  process.stderr.write(`  AUC ${auc.toFixed(4)}\n`);
  folds.push({ source, model, scored });
}

mkdirSync(new URL('held-out/', here), { recursive: true });
for (const { source, model } of folds) {
  // Calibrated by the other sources, so that the calibration can be judged on this one.
  const others = folds.filter((fold) => fold.source !== source).flatMap(({ scored }) => scored);
  const rest = sources.filter((one) => one !== source);
  const bytes = serialiseToxicityModel({ ...model, calibration: fitCalibration(others, rest) });
  writeFileSync(new URL(`held-out/${source}.bin`, here), bytes);
}

process.stderr.write('training on everything\n');
const calibration = fitCalibration(
  folds.flatMap(({ scored }) => scored),
  sources,
);
const bytes = serialiseToxicityModel(train(keepApart(matrix, firstPlace, rows, benignTest), calibration));
const lines = (
  Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,4000}/g) ?? []
).join('\\\n');
writeFileSync(
  new URL('../../src/metrics/toxicity/weights.ts', here),
  `/** The trained model (\`parseToxicityModel\`) in base64, written by tools/train-toxicity/train.mjs. */
export const weights = \`${lines}\`;
`,
);
console.log(`${bytes.length} bytes of weights; now measure: node tools/train-toxicity/measure.mjs --write`);

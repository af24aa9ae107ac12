import { readWords } from '../../dist/metrics/toxicity/classifier.js';
import { buildInput, embeddingSize, inputSize } from '../../dist/metrics/toxicity/model.js';
import { sources, weighRows } from './data.mjs';
import { trainNetwork } from './network.mjs';

export const embeddingScale = 6;

const seeds = [1, 2];
const settings = {
  hidden: 128,
  epochs: 12,
  rate: 1e-3,
  decay: 0.3,
  dropInput: 0.2,
  dropHidden: 0.4,
  dropHalf: 0.3,
  smoothing: 0.05,
  batch: 256,
};

/** The inputs of texts, row by row in one matrix; `vectors` are their embeddings. */
export function buildMatrix(texts, vectors) {
  const data = new Float32Array(texts.length * inputSize);
  for (const [place, text] of texts.entries()) {
    const vector = vectors.subarray(place * embeddingSize, (place + 1) * embeddingSize);
    data.set(buildInput(vector, readWords(text), embeddingScale), place * inputSize);
  }
  return { data, width: inputSize, split: embeddingSize };
}

/** Trains the networks on some rows; `places` says where in the matrix the first window of each stands. */
export function trainNetworks(matrix, places, rows) {
  const weights = weighRows(rows);
  return seeds.map((seed) => {
    const started = Date.now();
    const targets = rows.map((row) => row.target);
    const network = trainNetwork(matrix, places, targets, weights, { ...settings, seed });
    process.stderr.write(`  network ${seed}: ${Math.round((Date.now() - started) / 1000)} s\n`);
    return network;
  });
}

/** Cosine from which a sentence written for this project counts as a copy of one that is held out. */
const tooNear = 0.8;

/**
 * The rows that may be trained on when others are held out: none of the held-out ones, none with the same text, and
 * none written for this project that comes near to one of them, in whatever source its author may have seen it.
 */
export function keepApart(matrix, firstPlace, rows, held) {
  const heldSet = new Set(held);
  const heldTexts = new Set(held.map((row) => row.start));
  const heldPlaces = [...new Set(held.map(firstPlace))];
  const near = (row) => {
    const place = firstPlace(row);
    return heldPlaces.some((other) => cosine(matrix, place, other) > tooNear);
  };
  const isAuthored = (row) => row.source !== 'plain' && !sources.includes(row.source);
  return rows.filter(
    (row) => row.train && !heldSet.has(row) && !heldTexts.has(row.start) && !(isAuthored(row) && near(row)),
  );
}

/** Of unit vectors, scaled. */
function cosine({ data, width, split }, one, other) {
  const a = one * width;
  const b = other * width;
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let i = 0; i < split; i += 4) {
    s += data[a + i] * data[b + i];
    t += data[a + i + 1] * data[b + i + 1];
    u += data[a + i + 2] * data[b + i + 2];
    v += data[a + i + 3] * data[b + i + 3];
  }
  return (s + t + u + v) / embeddingScale ** 2;
}

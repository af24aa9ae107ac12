import { trainNetwork } from './network.mjs';
import { createRandom, createSampler } from './random.mjs';

/** The lower triangle of the Cholesky factor of a symmetric positive matrix. */
function factorise(matrix, size) {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k += 1) sum -= lower[i * size + k] * lower[j * size + k];
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j];
    }
  }
  return lower;
}

/**
 * Kernel logistic regression on unit vectors with a radial basis, exp(-gamma (1 - cosine)), by the Nyström method:
 * `count` training rows serve as centres, and the similarities to them, whitened, go into a logistic regression.
 * The result has the form of a network whose hidden units are the centres.
 */
export function trainKernel(matrix, rows, labels, weights, { count, gamma, scale, seed, ...options }) {
  const { data, width } = matrix;
  const draw = createSampler(weights, createRandom(seed));
  const chosen = new Set();
  while (chosen.size < count) chosen.add(rows[draw()]);
  const hiddenWeights = new Float32Array(count * width);
  [...chosen].forEach((row, unit) => {
    for (let i = 0; i < width; i += 1) hiddenWeights[unit * width + i] = gamma * data[row * width + i];
  });
  const similarity = (from, unit) => {
    let sum = -gamma;
    for (let i = 0; i < width; i += 1) sum += data[from + i] * hiddenWeights[unit * width + i];
    return Math.exp(Math.min(sum, 0));
  };
  const centres = new Float64Array(count * count);
  [...chosen].forEach((row, a) => {
    for (let b = 0; b < count; b += 1) centres[a * count + b] = similarity(row * width, b) + (a === b ? 1e-3 : 0);
  });
  const lower = factorise(centres, count);

  const whitened = new Float32Array(rows.length * count);
  const solved = new Float64Array(count);
  rows.forEach((row, index) => {
    for (let i = 0; i < count; i += 1) {
      let sum = similarity(row * width, i);
      for (let k = 0; k < i; k += 1) sum -= lower[i * count + k] * solved[k];
      solved[i] = sum / lower[i * count + i];
      whitened[index * count + i] = solved[i] * scale;
    }
  });
  const places = rows.map((_, index) => index);
  const fit = trainNetwork({ data: whitened, width: count }, places, labels, weights, { ...options, hidden: 0, seed });
  const outputWeights = new Float32Array(count);
  for (let i = count - 1; i >= 0; i -= 1) {
    let sum = fit.linear[i] * scale;
    for (let k = i + 1; k < count; k += 1) sum -= lower[k * count + i] * outputWeights[k];
    outputWeights[i] = sum / lower[i * count + i];
  }
  return {
    hidden: count,
    linear: new Float32Array(width),
    bias: fit.bias,
    hiddenWeights,
    hiddenBias: new Float32Array(count).fill(-gamma),
    outputWeights,
  };
}

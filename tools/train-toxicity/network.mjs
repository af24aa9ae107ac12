import { createRandom, createSampler, drawNormal } from './random.mjs';

/**
 * Trains a linear layer beside one hidden layer of rectified units on rows of a matrix: logistic loss with smoothed
 * targets, Adam with decoupled weight decay, a learning rate that falls linearly to 0, and dropout of inputs, of hidden
 * units, and of each half of an input as a whole, so that either half learns to speak for itself. Rows are drawn by
 * weight. Deterministic for a seed.
 *
 * `matrix` is { data: Float32Array, width, split }: an input's first `split` numbers are its one half, the rest its
 * other. `rows` (places in the matrix), `targets` (0 to 1) and `weights` (sum 1) run in parallel.
 */
export function trainNetwork(matrix, rows, targets, weights, options) {
  const { hidden, epochs, rate, decay, dropInput, dropHidden, dropHalf, smoothing, batch, seed } = options;
  const { data, width, split } = matrix;
  const random = createRandom(seed);
  const draw = createSampler(weights, random);
  const linear = new Float32Array(width);
  const bias = new Float32Array(1);
  const hiddenWeights = Float32Array.from({ length: hidden * width }, () => drawNormal(random) / Math.sqrt(width));
  const hiddenBias = new Float32Array(hidden);
  const outputWeights = Float32Array.from({ length: hidden }, () => drawNormal(random) / Math.sqrt(hidden));
  const layers = [
    createLayer(linear, decay),
    createLayer(bias, 0),
    createLayer(hiddenWeights, decay),
    createLayer(hiddenBias, 0),
    createLayer(outputWeights, decay),
  ];
  const [gLinear, gBias, gHidden, gHiddenBias, gOutput] = layers.map((layer) => layer.gradient);
  const x = new Float32Array(width);
  const active = new Float32Array(hidden);
  const keptInput = 1 / (1 - dropInput);
  const keptHidden = 1 / (1 - dropHidden);

  const steps = Math.floor((rows.length * epochs) / batch);
  for (let step = 1; step <= steps; step += 1) {
    for (const { gradient } of layers) gradient.fill(0);
    for (let b = 0; b < batch; b += 1) {
      const pick = draw();
      const offset = rows[pick] * width;
      const half = random();
      const from = half < dropHalf ? split : 0;
      const to = half > 1 - dropHalf ? split : width;
      for (let i = from; i < to; i += 1) {
        const value = data[offset + i];
        x[i] = value !== 0 && random() >= dropInput ? value * keptInput : 0;
      }
      let logit = bias[0] + dot(linear, 0, x, from, to);
      for (let unit = 0; unit < hidden; unit += 1) {
        active[unit] = 0;
        if (random() < dropHidden) continue;
        const sum = hiddenBias[unit] + dot(hiddenWeights, unit * width, x, from, to);
        if (sum > 0) {
          active[unit] = sum * keptHidden;
          logit += active[unit] * outputWeights[unit];
        }
      }
      const target = targets[pick] * (1 - 2 * smoothing) + smoothing;
      const slope = (1 / (1 + Math.exp(-logit)) - target) / batch;
      gBias[0] += slope;
      addTo(gLinear, 0, slope, x, from, to);
      for (let unit = 0; unit < hidden; unit += 1) {
        if (active[unit] === 0) continue;
        gOutput[unit] += slope * active[unit];
        const back = slope * outputWeights[unit] * keptHidden;
        gHiddenBias[unit] += back;
        addTo(gHidden, unit * width, back, x, from, to);
      }
    }
    const current = rate * (1 - step / (steps + 1));
    for (const layer of layers) moveLayer(layer, current, step);
  }
  return { hidden, linear, bias: bias[0], hiddenWeights, hiddenBias, outputWeights };
}

function createLayer(values, decay) {
  const zeros = () => new Float32Array(values.length);
  return { values, decay, gradient: zeros(), mean: zeros(), square: zeros() };
}

/** Four sums at once: twice as fast as one. */
function dot(weights, row, x, from, to) {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = from;
  for (; i + 3 < to; i += 4) {
    a += weights[row + i] * x[i];
    b += weights[row + i + 1] * x[i + 1];
    c += weights[row + i + 2] * x[i + 2];
    d += weights[row + i + 3] * x[i + 3];
  }
  for (; i < to; i += 1) a += weights[row + i] * x[i];
  return a + b + (c + d);
}

function addTo(gradient, row, factor, x, from, to) {
  for (let i = from; i < to; i += 1) gradient[row + i] += factor * x[i];
}

/** One step of Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019). */
function moveLayer({ values, decay, gradient, mean, square }, rate, step) {
  const fixMean = 1 / (1 - 0.9 ** step);
  const fixSquare = 1 / (1 - 0.999 ** step);
  for (let i = 0; i < values.length; i += 1) {
    const g = gradient[i];
    mean[i] = 0.9 * mean[i] + 0.1 * g;
    square[i] = 0.999 * square[i] + 0.001 * g * g;
    values[i] -= rate * ((mean[i] * fixMean) / (Math.sqrt(square[i] * fixSquare) + 1e-8) + decay * values[i]);
  }
}

import { createRandom, createSampler, drawNormal } from './random.mjs';

/**
 * Trains a linear layer beside one hidden layer of rectified units (none when `hidden` is 0) on rows of a matrix:
 * logistic loss with smoothed labels, Adam with decoupled weight decay, dropout on inputs and hidden units, a learning
 * rate that falls linearly to 0. Rows are drawn by weight. Deterministic for a seed.
 *
 * `matrix` is { data: Float32Array, width }, `rows` and `labels` and `weights` run in parallel.
 */
export function trainNetwork(matrix, rows, labels, weights, options) {
  const { hidden, epochs, rate = 1e-3, decay, dropInput, dropHidden, smoothing = 0.05, seed, batch = 128 } = options;
  const { data, width } = matrix;
  const random = createRandom(seed);
  const draw = createSampler(weights, random);
  const linear = new Float32Array(width);
  const bias = new Float32Array(1);
  const hiddenWeights = Float32Array.from({ length: hidden * width }, () => drawNormal(random) / Math.sqrt(width));
  const hiddenBias = new Float32Array(hidden);
  const outputWeights = Float32Array.from({ length: hidden }, () => drawNormal(random) / Math.sqrt(hidden || 1));
  const layers = [
    { values: linear, decays: true },
    { values: bias, decays: false },
    { values: hiddenWeights, decays: true },
    { values: hiddenBias, decays: false },
    { values: outputWeights, decays: true },
  ].map((layer) => ({
    ...layer,
    gradient: new Float32Array(layer.values.length),
    mean: new Float32Array(layer.values.length),
    square: new Float32Array(layer.values.length),
  }));
  const [gLinear, gBias, gHidden, gHiddenBias, gOutput] = layers.map((layer) => layer.gradient);
  const x = new Float32Array(width);
  const active = new Float32Array(hidden);
  const keptInput = 1 / (1 - dropInput);
  const keptHidden = 1 / (1 - dropHidden);

  const steps = Math.floor(rows.length / batch) * epochs;
  for (let step = 1; step <= steps; step += 1) {
    for (const { gradient } of layers) gradient.fill(0);
    for (let b = 0; b < batch; b += 1) {
      const pick = draw();
      const from = rows[pick] * width;
      for (let i = 0; i < width; i += 1) {
        const value = data[from + i];
        x[i] = value !== 0 && (dropInput === 0 || random() >= dropInput) ? value * keptInput : 0;
      }
      let logit = bias[0];
      for (let i = 0; i < width; i += 1) logit += x[i] * linear[i];
      for (let unit = 0; unit < hidden; unit += 1) {
        active[unit] = 0;
        if (random() < dropHidden) continue;
        let sum = hiddenBias[unit];
        const row = unit * width;
        for (let i = 0; i < width; i += 1) sum += x[i] * hiddenWeights[row + i];
        if (sum > 0) {
          active[unit] = sum * keptHidden;
          logit += active[unit] * outputWeights[unit];
        }
      }
      const target = labels[pick] * (1 - 2 * smoothing) + smoothing;
      const slope = (1 / (1 + Math.exp(-logit)) - target) / batch;
      gBias[0] += slope;
      for (let i = 0; i < width; i += 1) gLinear[i] += slope * x[i];
      for (let unit = 0; unit < hidden; unit += 1) {
        if (active[unit] === 0) continue;
        gOutput[unit] += slope * active[unit];
        const back = slope * outputWeights[unit] * keptHidden;
        gHiddenBias[unit] += back;
        const row = unit * width;
        for (let i = 0; i < width; i += 1) gHidden[row + i] += back * x[i];
      }
    }
    const current = rate * (1 - step / (steps + 1));
    const fix1 = 1 - 0.9 ** step;
    const fix2 = 1 - 0.999 ** step;
    for (const { values, gradient, mean, square, decays } of layers) {
      for (let i = 0; i < values.length; i += 1) {
        const g = gradient[i];
        mean[i] = 0.9 * mean[i] + 0.1 * g;
        square[i] = 0.999 * square[i] + 0.001 * g * g;
        const move = mean[i] / fix1 / (Math.sqrt(square[i] / fix2) + 1e-8);
        values[i] -= current * (move + (decays ? decay * values[i] : 0));
      }
    }
  }
  return { hidden, linear, bias: bias[0], hiddenWeights, hiddenBias, outputWeights };
}

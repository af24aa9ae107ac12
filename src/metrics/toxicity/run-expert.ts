import { type Expert, inputRanges } from './weights.js';

/** What one expert says of one input (`inputSize` numbers), times its share: log-odds, before calibration. */
export function runExpert(expert: Expert, input: Float64Array): number {
  const [from, to] = inputRanges[expert.reads];
  const part = input.subarray(from, to);
  const size = part.length;
  let logit = expert.bias;
  for (let i = 0; i < size; i += 1) logit += (part[i] ?? 0) * (expert.linear[i] ?? 0);
  for (let unit = 0; unit < expert.hidden; unit += 1) {
    let sum = expert.hiddenBias[unit] ?? 0;
    const row = unit * size;
    for (let i = 0; i < size; i += 1) sum += (part[i] ?? 0) * (expert.hiddenWeights[row + i] ?? 0);
    // An embedding is a unit vector, for which the exponent of a radial basis is never above 0.
    const output = expert.activation === 'exp' ? Math.exp(Math.min(sum, 0)) : Math.max(sum, 0);
    logit += output * (expert.outputWeights[unit] ?? 0);
  }
  return logit * expert.share;
}

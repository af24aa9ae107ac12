import { z } from 'zod';
import { lexicalFeatureCount } from './features.js';

/** Length of the sentence embeddings that the model was trained on (Universal Sentence Encoder, lite). */
export const embeddingSize = 512;

/** Numbers of one input: the embedding, then how often each word list occurs. */
export const inputSize = embeddingSize + lexicalFeatureCount;

const header = z.strictObject({
  inputSize: z.literal(inputSize),
  embeddingScale: z.number(),
  hidden: z.array(z.int().min(1).max(4096)).min(1),
  calibration: z.strictObject({ slope: z.number().positive(), intercept: z.number() }),
});

/** A linear layer beside one hidden layer of rectified units. */
export interface Network {
  readonly linear: Float32Array;
  readonly bias: number;
  readonly hidden: number;
  /** Row by row: the weights of all inputs into the first hidden unit, then into the second, ... */
  readonly hiddenWeights: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly outputWeights: Float32Array;
}

/** A trained toxicity model: the mean of the networks' log-odds, calibrated. */
export interface ToxicityModel {
  /** What embeddings are multiplied by, so that their numbers are about as large as the others. */
  readonly embeddingScale: number;
  readonly networks: readonly Network[];
  readonly calibration: { readonly slope: number; readonly intercept: number };
}

function runNetwork(network: Network, input: Float32Array): number {
  let logit = network.bias;
  for (let i = 0; i < inputSize; i += 1) logit += (input[i] ?? 0) * (network.linear[i] ?? 0);
  for (let unit = 0; unit < network.hidden; unit += 1) {
    let sum = network.hiddenBias[unit] ?? 0;
    const row = unit * inputSize;
    for (let i = 0; i < inputSize; i += 1) sum += (input[i] ?? 0) * (network.hiddenWeights[row + i] ?? 0);
    if (sum > 0) logit += sum * (network.outputWeights[unit] ?? 0);
  }
  return logit;
}

/** The numbers that a model sees of one window. Throws `RangeError` for an embedding of a wrong length or not finite. */
export function buildInput(
  embedding: ArrayLike<number>,
  lexical: readonly number[],
  embeddingScale: number,
): Float32Array {
  if (embedding.length !== embeddingSize) {
    throw new RangeError(`toxicity: an embedding of ${embedding.length} numbers, expected ${embeddingSize}`);
  }
  const input = new Float32Array(inputSize);
  for (let i = 0; i < embeddingSize; i += 1) input[i] = (embedding[i] ?? 0) * embeddingScale;
  input.set(lexical, embeddingSize);
  if (!input.every(Number.isFinite)) throw new RangeError('toxicity: the embedding holds a value that is not finite');
  return input;
}

/** The mean of what the networks say of an input (`buildInput`), in log-odds that are not calibrated. */
export function runModel(networks: readonly Network[], input: Float32Array): number {
  return networks.reduce((sum, network) => sum + runNetwork(network, input), 0) / networks.length;
}

const magic = 'LLMCITOX2\n';

function countBytes(hidden: number): number {
  return 4 * (inputSize + 1) + hidden * (4 + inputSize + 4 + 4);
}

/**
 * The bytes of a model: a line that names the format, the length of the header as a line, the header as JSON, and per
 * network little-endian 32-bit floats (linear, bias), the hidden weights as one float of scale and signed bytes a row,
 * and floats again (hidden bias, output weights). One byte a weight keeps them few and costs no accuracy.
 */
export function serialiseToxicityModel({ networks, embeddingScale, calibration }: ToxicityModel): Uint8Array {
  const head = { inputSize, embeddingScale, hidden: networks.map(({ hidden }) => hidden), calibration };
  const json = JSON.stringify(head);
  const start = new TextEncoder().encode(`${magic}${json.length}\n${json}`);
  const bytes = new Uint8Array(start.length + networks.reduce((sum, { hidden }) => sum + countBytes(hidden), 0));
  bytes.set(start);
  const view = new DataView(bytes.buffer);
  let position = start.length;
  const put = (numbers: Iterable<number>): void => {
    for (const number of numbers) {
      view.setFloat32(position, number, true);
      position += 4;
    }
  };
  for (const { linear, bias, hidden, hiddenWeights, hiddenBias, outputWeights } of networks) {
    put(linear);
    put([bias]);
    for (let unit = 0; unit < hidden; unit += 1) {
      const row = hiddenWeights.subarray(unit * inputSize, (unit + 1) * inputSize);
      const scale = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
      put([scale]);
      for (const weight of row) {
        view.setInt8(position, scale === 0 ? 0 : Math.round(weight / scale));
        position += 1;
      }
    }
    put(hiddenBias);
    put(outputWeights);
  }
  return bytes;
}

/** The model in such bytes. Throws an `Error` that says what is wrong when they are something else. */
export function parseToxicityModel(bytes: Uint8Array): ToxicityModel {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 32));
  const [, length] = start.startsWith(magic) ? (/^(\d{1,8})\n/.exec(start.slice(magic.length)) ?? []) : [];
  if (length === undefined) throw new Error('not a toxicity model: the first line does not name the format');
  const headerStart = magic.length + length.length + 1;
  const headerEnd = headerStart + Number(length);
  const head = header.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(headerStart, headerEnd))));

  const expected = head.hidden.reduce((sum, hidden) => sum + countBytes(hidden), 0);
  if (bytes.length - headerEnd !== expected) {
    throw new Error(`toxicity model: ${bytes.length - headerEnd} bytes of numbers, expected ${expected}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = headerEnd;
  const takeFloat = (): number => {
    position += 4;
    return view.getFloat32(position - 4, true);
  };
  const takeFloats = (count: number): Float32Array => Float32Array.from({ length: count }, takeFloat);
  const takeRows = (rows: number): Float32Array => {
    const weights = new Float32Array(rows * inputSize);
    for (let row = 0; row < rows; row += 1) {
      const scale = takeFloat();
      for (let i = 0; i < inputSize; i += 1) weights[row * inputSize + i] = scale * view.getInt8(position + i);
      position += inputSize;
    }
    return weights;
  };
  const networks = head.hidden.map(
    (hidden): Network => ({
      linear: takeFloats(inputSize),
      bias: takeFloat(),
      hidden,
      hiddenWeights: takeRows(hidden),
      hiddenBias: takeFloats(hidden),
      outputWeights: takeFloats(hidden),
    }),
  );
  return { embeddingScale: head.embeddingScale, networks, calibration: head.calibration };
}

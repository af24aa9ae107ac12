import { z } from 'zod';
import { lexicalFeatureCount, type WordRatings } from './features.js';

/** Length of the sentence embeddings that the classifier was trained on (Universal Sentence Encoder, lite). */
export const embeddingSize = 512;

/** Numbers of one input: the embedding, then the lexical features. */
export const inputSize = embeddingSize + lexicalFeatureCount;

const magic = 'LLMCITOX1\n';

const header = z.strictObject({
  inputSize: z.literal(inputSize),
  embeddingScale: z.number(),
  experts: z.array(z.strictObject({ hidden: z.int().min(0).max(4096), share: z.number() })).min(1),
  calibration: z.strictObject({ slope: z.number(), intercept: z.number() }),
  recommendedMark: z.number().gt(0).lt(1),
  cuss: z.record(z.string(), z.int().min(0).max(2)),
  valence: z.record(z.string(), z.number().min(-5).max(5)),
});

/** What stands in front of the numbers in a weights file. */
export type ToxicityWeightsHeader = z.infer<typeof header>;

/** A linear layer beside one hidden layer of rectified units (none when `hidden` is 0); it adds `share` of its output. */
export interface Expert {
  readonly hidden: number;
  readonly share: number;
  readonly linear: Float32Array;
  readonly bias: number;
  /** Row by row: the weights of all inputs into the first hidden unit, then into the second, ... */
  readonly hiddenWeights: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly outputWeights: Float32Array;
}

/** A trained toxicity model, ready for `classifyToxicity`. */
export interface ToxicityWeights {
  readonly embeddingScale: number;
  readonly experts: readonly Expert[];
  readonly calibration: { readonly slope: number; readonly intercept: number };
  readonly recommendedMark: number;
  readonly ratings: WordRatings;
}

function countNumbers(hidden: number): number {
  return inputSize + 1 + hidden * (inputSize + 2);
}

/**
 * The file for a model: a line that names the format, the length of the header as a line, the header as JSON, and all
 * numbers as little-endian 32-bit floats (per expert: linear, bias, hiddenWeights, hiddenBias, outputWeights).
 */
export function serialiseToxicityWeights(head: ToxicityWeightsHeader, numbers: Float32Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const start = new TextEncoder().encode(`${magic}${json.length}\n`);
  const bytes = new Uint8Array(start.length + json.length + numbers.length * 4);
  bytes.set(start);
  bytes.set(json, start.length);
  const view = new DataView(bytes.buffer, start.length + json.length);
  numbers.forEach((number, index) => {
    view.setFloat32(index * 4, number, true);
  });
  return bytes;
}

/** The model in the bytes of a weights file. Throws an `Error` that says what is wrong when they are not such a file. */
export function parseToxicityWeights(bytes: Uint8Array): ToxicityWeights {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 32));
  const [, length] = start.startsWith(magic) ? (/^(\d{1,8})\n/.exec(start.slice(magic.length)) ?? []) : [];
  if (length === undefined) throw new Error('not a toxicity weights file: the first line does not name the format');
  const headerStart = magic.length + length.length + 1;
  const headerEnd = headerStart + Number(length);
  const head = header.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(headerStart, headerEnd))));

  const expected = head.experts.reduce((sum, expert) => sum + countNumbers(expert.hidden), 0);
  if (bytes.length - headerEnd !== expected * 4) {
    throw new Error(`toxicity weights file: ${bytes.length - headerEnd} bytes of numbers, expected ${expected * 4}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerEnd);
  let position = 0;
  const take = (count: number): Float32Array => {
    const taken = Float32Array.from({ length: count }, (_, index) => view.getFloat32((position + index) * 4, true));
    position += count;
    return taken;
  };
  const experts = head.experts.map(({ hidden, share }): Expert => {
    const linear = take(inputSize);
    const [bias = 0] = take(1);
    const hiddenWeights = take(hidden * inputSize);
    return { hidden, share, linear, bias, hiddenWeights, hiddenBias: take(hidden), outputWeights: take(hidden) };
  });
  return {
    embeddingScale: head.embeddingScale,
    experts,
    calibration: head.calibration,
    recommendedMark: head.recommendedMark,
    ratings: { cuss: new Map(Object.entries(head.cuss)), valence: new Map(Object.entries(head.valence)) },
  };
}

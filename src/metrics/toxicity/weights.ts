import { z } from 'zod';
import { lexicalFeatureCount, type WordRatings } from './features.js';

/** Length of the sentence embeddings that the classifier was trained on (Universal Sentence Encoder, lite). */
export const embeddingSize = 512;

/** Numbers of one input: the embedding, then the lexical features. */
export const inputSize = embeddingSize + lexicalFeatureCount;

/** Which part of an input an expert reads. */
export const inputRanges = {
  all: [0, inputSize],
  embedding: [0, embeddingSize],
  lexical: [embeddingSize, inputSize],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

const magic = 'LLMCITOX1\n';

const header = z.strictObject({
  inputSize: z.literal(inputSize),
  embeddingScale: z.number(),
  experts: z
    .array(
      z.strictObject({
        reads: z.enum(['all', 'embedding', 'lexical']),
        hidden: z.int().min(0).max(4096),
        activation: z.enum(['relu', 'exp']),
        share: z.number(),
      }),
    )
    .min(1),
  calibration: z.strictObject({ slope: z.number(), intercept: z.number() }),
  recommendedMark: z.number().gt(0).lt(1),
  cuss: z.record(z.string(), z.int().min(0).max(2)),
  valence: z.record(z.string(), z.number().min(-5).max(5)),
});

/** What stands in front of the numbers in a weights file. */
export type ToxicityWeightsHeader = z.infer<typeof header>;

/** How an expert is described in the header. */
export type ExpertHeader = ToxicityWeightsHeader['experts'][number];

/**
 * A linear layer beside one hidden layer (none when `hidden` is 0), over a part of the input; `share` times its output
 * is added to the score. With `exp` the hidden layer is a radial basis: unit vectors, compared with stored ones.
 */
export interface Expert extends ExpertHeader {
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

function countInputs({ reads }: ExpertHeader): number {
  const [from, to] = inputRanges[reads];
  return to - from;
}

function countBytes(expert: ExpertHeader): number {
  const inputs = countInputs(expert);
  return 4 * (inputs + 1) + expert.hidden * (4 + inputs + 4 + 4);
}

/**
 * The file for a model: a line that names the format, the length of the header as a line, the header as JSON, and per
 * expert little-endian 32-bit floats (linear, bias), the hidden weights as one float of scale and signed bytes a row,
 * and floats again (hidden bias, output weights). One byte a weight keeps the file small and costs no accuracy.
 */
export function serialiseToxicityWeights(
  head: Omit<ToxicityWeightsHeader, 'experts'>,
  experts: readonly Expert[],
): Uint8Array {
  const headers = experts.map(({ reads, hidden, activation, share }) => ({ reads, hidden, activation, share }));
  const json = new TextEncoder().encode(JSON.stringify({ ...head, experts: headers }));
  const start = new TextEncoder().encode(`${magic}${json.length}\n`);
  const bytes = new Uint8Array(start.length + json.length + headers.reduce((sum, one) => sum + countBytes(one), 0));
  bytes.set(start);
  bytes.set(json, start.length);
  const view = new DataView(bytes.buffer);
  let position = start.length + json.length;
  const put = (numbers: Iterable<number>): void => {
    for (const number of numbers) {
      view.setFloat32(position, number, true);
      position += 4;
    }
  };
  for (const expert of experts) {
    const inputs = countInputs(expert);
    put(expert.linear);
    put([expert.bias]);
    for (let unit = 0; unit < expert.hidden; unit += 1) {
      const row = expert.hiddenWeights.subarray(unit * inputs, (unit + 1) * inputs);
      const scale = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
      put([scale]);
      for (const weight of row) {
        view.setInt8(position, scale === 0 ? 0 : Math.round(weight / scale));
        position += 1;
      }
    }
    put(expert.hiddenBias);
    put(expert.outputWeights);
  }
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

  const expected = head.experts.reduce((sum, expert) => sum + countBytes(expert), 0);
  if (bytes.length - headerEnd !== expected) {
    throw new Error(`toxicity weights file: ${bytes.length - headerEnd} bytes of numbers, expected ${expected}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = headerEnd;
  const takeFloat = (): number => {
    position += 4;
    return view.getFloat32(position - 4, true);
  };
  const takeFloats = (count: number): Float32Array => Float32Array.from({ length: count }, takeFloat);
  const takeRows = (rows: number, inputs: number): Float32Array => {
    const weights = new Float32Array(rows * inputs);
    for (let row = 0; row < rows; row += 1) {
      const scale = takeFloat();
      for (let i = 0; i < inputs; i += 1) weights[row * inputs + i] = scale * view.getInt8(position + i);
      position += inputs;
    }
    return weights;
  };
  const experts = head.experts.map((expert): Expert => {
    const inputs = countInputs(expert);
    const linear = takeFloats(inputs);
    const bias = takeFloat();
    const hiddenWeights = takeRows(expert.hidden, inputs);
    return {
      ...expert,
      linear,
      bias,
      hiddenWeights,
      hiddenBias: takeFloats(expert.hidden),
      outputWeights: takeFloats(expert.hidden),
    };
  });
  return {
    embeddingScale: head.embeddingScale,
    experts,
    calibration: head.calibration,
    recommendedMark: head.recommendedMark,
    ratings: { cuss: new Map(Object.entries(head.cuss)), valence: new Map(Object.entries(head.valence)) },
  };
}

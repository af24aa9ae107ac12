import { asArray, asText, type Json, type JsonObject } from './json.js';
import { openaiCommon } from './openai-common.js';
import { anyShape, estimateTokens, textOfContent, type Wire, type WireError } from './wire.js';

/** OpenAI embeddings. Texts that share words get vectors that point the same way. Source: https://platform.openai.com/docs/api-reference/embeddings */
export const openaiEmbeddings: Wire = {
  ...openaiCommon,
  service: 'embeddings',
  check: checkInput,
  lastUserText: (body) => listInputs(body).at(-1) ?? '',
  demand: () => anyShape,
  answer: (body, answer) => {
    const size = typeof body['dimensions'] === 'number' ? body['dimensions'] : 64;
    const inputs = listInputs(body);
    const tokens = answer.usage?.inputTokens ?? estimateTokens(inputs.join('\n'));
    return {
      object: 'list',
      data: inputs.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: encodeVector(embedWords(text, size), body['encoding_format']),
      })),
      model: asText(body['model']),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  },
  withoutContent: (answer) => ({ ...answer, data: [] }),
  withNullContent: (answer) => ({ ...answer, data: null }),
};

const categories = (
  'harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/instructions ' +
  'self-harm/intent sexual sexual/minors violence violence/graphic'
).split(' ');

/** OpenAI moderation: a text is scored 0.9 in each category whose name it holds ("violence"), else 0.0001. Source: https://platform.openai.com/docs/api-reference/moderations */
export const openaiModerations: Wire = {
  ...openaiCommon,
  service: 'moderations',
  check: (body) => checkInput({ model: 'omni-moderation-latest', ...body }),
  lastUserText: (body) => listInputs(body).at(-1) ?? '',
  demand: () => anyShape,
  answer: (_body, _answer, serial) => ({
    id: `modr-${serial}`,
    model: 'omni-moderation-latest',
    results: listInputs(_body).map(moderate),
  }),
  withoutContent: (answer) => ({ ...answer, results: [] }),
  withNullContent: (answer) => ({ ...answer, results: null }),
};

/** Returns the body of `GET /v1/models`. */
export function listModels(models: readonly string[]): JsonObject {
  return {
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created: 1_744_588_800, owned_by: 'system' })),
  };
}

function checkInput(body: JsonObject): WireError | null {
  if (asText(body['model']) === '') return { status: 400, message: 'you must provide a model parameter' };
  if (listInputs(body).length === 0)
    return {
      status: 400,
      message: "Missing required parameter: 'input'.",
      param: 'input',
      code: 'missing_required_parameter',
    };
  return null;
}

function listInputs(body: JsonObject): readonly string[] {
  const input = body['input'];
  if (typeof input === 'string') return [input];
  return asArray(input).map((one) => (typeof one === 'string' ? one : textOfContent([one])));
}

/** Counts each word in a slot chosen by its FNV-1a hash, and scales the vector to length 1. */
function embedWords(text: string, size: number): Float32Array {
  const vector = new Float32Array(size);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    const slot = hashWord(word) % size;
    vector[slot] = (vector[slot] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

function encodeVector(vector: Float32Array, format: Json | undefined): Json {
  return format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
}

function moderate(text: string): JsonObject {
  const scores = categories.map((name) => [name, text.toLowerCase().includes(name) ? 0.9 : 0.0001] as const);
  return {
    flagged: scores.some(([, score]) => score > 0.5),
    categories: Object.fromEntries(scores.map(([name, score]) => [name, score > 0.5])),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(scores.map(([name]) => [name, ['text']])),
  };
}

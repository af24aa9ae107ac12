import { nearestValues } from '../../core/text/json-value.js';
import { isRecord } from '../../model/json.js';
import { countOfTokens } from '../../model/output.js';
import type { Embeddings } from '../contract/provider.js';
import { badResponse, requireNoError, type Service, unexpectedAnswer } from '../transport/faults.js';

/**
 * Reads an answer of /embeddings: the vectors in the order that was asked for, whatever order the server chose. Throws
 * ProviderError of kind bad-response for anything but one list of numbers for each of the `count` texts.
 */
export function readEmbeddings(written: unknown, count: number, service: Service): Embeddings {
  // Some services write more digits than a double has
  const body = nearestValues(written);
  requireNoError(body, service);
  const shown = () => JSON.stringify(body) ?? '';
  const data = isRecord(body) ? body['data'] : undefined;
  if (!Array.isArray(data)) {
    throw unexpectedAnswer(body, 'a list of embeddings', service);
  }
  if (data.length !== count)
    throw badResponse(`answered with ${data.length} embeddings for ${count} texts`, shown(), service);
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const [position, item] of data.entries()) {
    const index: unknown = isRecord(item) ? (item['index'] ?? position) : position;
    if (typeof index === 'number' && index in vectors) vectors[index] = readVector(item, service);
  }
  return {
    vectors: vectors.map((vector, index) => {
      if (vector === undefined) throw badResponse(`left out embedding ${index}`, shown(), service);
      return vector;
    }),
    usage: { inputTokens: promptTokens(body), outputTokens: 0 },
  };
}

function readVector(item: unknown, service: Service): Float32Array {
  const values: unknown = isRecord(item) ? item['embedding'] : undefined;
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => Number.isFinite(value)))
    throw badResponse('sent an embedding that is not a list of numbers', JSON.stringify(item) ?? '', service);
  return Float32Array.from(values);
}

function promptTokens(body: unknown): number | null {
  const usage = isRecord(body) ? body['usage'] : undefined;
  const tokens = isRecord(usage) ? usage['prompt_tokens'] : undefined;
  return countOfTokens(tokens);
}

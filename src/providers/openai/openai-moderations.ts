import { nearestValues } from '../../core/text/json-value.js';
import { isRecord } from '../../model/json.js';
import type { Moderation } from '../contract/provider.js';
import { badResponse, requireNoError, type Service, unexpectedAnswer } from '../transport/faults.js';

/**
 * Reads an answer of /moderations to one text. Throws ProviderError of kind bad-response for anything but one result with
 * a score from 0 to 1 for each category. A category that the model does not know may be null, and is left out.
 */
export function readModeration(written: unknown, service: Service): Moderation {
  const body = nearestValues(written);
  requireNoError(body, service);
  const shown = () => JSON.stringify(body) ?? '';
  const results = isRecord(body) ? body['results'] : undefined;
  if (!Array.isArray(results)) {
    throw unexpectedAnswer(body, 'a moderation', service);
  }
  if (results.length !== 1) throw badResponse(`answered with ${results.length} results for 1 text`, shown(), service);
  const [result]: readonly unknown[] = results;
  const scores = isRecord(result) ? result['category_scores'] : undefined;
  const known = Object.entries(isRecord(scores) ? scores : {}).filter(([, score]) => score !== null);
  if (known.length === 0) throw badResponse('scored no category', shown(), service);
  const categories = known.map(([name, score]): [string, number] => {
    if (typeof score === 'number' && score >= 0 && score <= 1) return [name, score];
    throw badResponse('sent a score that is not a number from 0 to 1', shown(), service);
  });
  return { categories: Object.fromEntries(categories) };
}

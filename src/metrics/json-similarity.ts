import { formatValue } from '../core/text/format.js';
import type { Json } from '../model/json.js';
import { defineMetric } from './contract.js';
import { faultOfExpected } from './expected.js';
import { notJson, parseJsonOutput } from './json-output.js';
import { noScore } from './score-result.js';

const NO_JSON = 'an accepted answer is no JSON';

/** How alike the output and the nearest accepted JSON value are, in structure and content. */
export const jsonSimilarity = defineMetric({
  type: 'json-similarity',
  describe:
    'How alike the output, which must be JSON (alone or as one fenced code block), and the nearest accepted JSON value are in structure and content. 0 for an output that is not JSON.',
  notes: `The definition is llmci's own: objects score the mean over the keys of either side (a key on one side only scores 0), lists the best pairing that keeps their order over the length of the longer, texts their \`levenshtein\` similarity, numbers \`1 - |a - b| / max(|a|, |b|)\`, or 0 unless equal when one is too long for a double, as ids are; values of different types score 0.

Good for measuring progress on extraction and structured output, where one wrong field should not cost everything. It treats all fields as equally important, and a near miss as half a success. To demand that certain fields are right, use \`json\` with \`fields\`.

\`expected\` is the value, or its JSON as text. A list means several accepted values, so a value that is itself a list is written inside a list: \`expected: [[1, 2]]\`.`,
  params: {},
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  checkCase: (_, { expected }) => faultOfExpected(acceptedValues(expected) === null ? NO_JSON : null),
  examples: [
    {
      describe: 'equal, whatever the order of keys',
      params: {},
      expected: { state: 'open', total: 20 },
      output: '{"total": 20, "state": "open"}',
      value: 1,
    },
    {
      describe: 'one key of two is right, the other half right',
      params: {},
      expected: { state: 'open', total: 20 },
      output: '{"state": "open", "total": 10}',
      value: 0.75,
    },
    {
      describe: 'a key too many',
      params: {},
      expected: { state: 'open' },
      output: '```json\n{"state": "open", "note": ""}\n```',
      value: 0.5,
    },
    {
      describe: 'an item too many',
      params: {},
      expected: [['a', 'b', 'c']],
      output: '["a", "x", "b", "c"]',
      value: 0.75,
    },
    { describe: 'the nearest of several', params: {}, expected: [{ a: 1 }, { b: 1 }], output: '{"b": 1}', value: 1 },
    { describe: 'the text of an accepted value', params: {}, expected: '{"a": 1}', output: '{"a": 1}', value: 1 },
    { describe: 'no JSON', params: {}, expected: { state: 'open' }, output: 'It is open.', value: 0 },
    { describe: 'the accepted text is no JSON', params: {}, expected: 'open', output: '"open"', value: null },
  ],
  async score({ case: { expected }, output }) {
    const accepted = acceptedValues(expected);
    if (accepted === null) return noScore(NO_JSON);
    if (accepted.length === 0) return noScore('the case has no accepted answer');
    const parsed = parseJsonOutput(output.text);
    if (parsed.fault) return notJson(parsed.fault);
    const { scoreJsonSimilarity, signJsonSimilarity } = await import('./text/json-similarity.js');
    const value = scoreJsonSimilarity(parsed.value, accepted);
    if (value === null) return noScore('a value is too large to compare');
    return {
      value,
      reason:
        value === 1 ? 'equals an accepted value' : `${formatValue(value, 'fraction')} like the nearest accepted value`,
      detail: { signature: signJsonSimilarity(accepted.length) },
    };
  },
});

/** The values a case accepts; null when one is a text that is no JSON. */
function acceptedValues(expected: Json | undefined): readonly Json[] | null {
  if (expected === undefined) return [];
  const list: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  const values: Json[] = [];
  for (const item of list) {
    const parsed = typeof item === 'string' ? parseJsonOutput(item) : { value: item, fault: null };
    if (parsed.fault) return null;
    values.push(parsed.value);
  }
  return values;
}

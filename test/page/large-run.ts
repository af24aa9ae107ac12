import type { Result, RunReader } from '../../src/model/run-record.js';
import { createRedRun } from '../helpers/run-fixture.js';

const WORDS =
  'the policy of our shop says that shoes which were not worn go back within thirty days of the order and cost nothing'.split(
    ' ',
  );

/** A prompt with a policy of 1,500 characters in it. */
const MESSAGES = [
  { role: 'system' as const, content: `You answer customers. ${textOf(1, 1500)}` },
  { role: 'user' as const, content: '{{ ticket }}' },
];

/** A run of so many cases on one model, made as it is read; every fiftieth fails. Outputs have `characters` characters. */
export function createLargeRun(cases: number, characters: number): RunReader {
  const { results, changes: _, ...summary } = createRedRun();
  const [template] = results;
  const [suite] = summary.suites;
  if (template?.output == null || suite === undefined) throw new Error('the red run has no first output');
  const output = template.output;
  const metric = { digest: '0123456789abcdef', better: 'higher' } as const;
  return {
    summary: {
      ...summary,
      suites: [
        {
          ...suite,
          cases,
          prompts: suite.prompts.map((prompt) => ({ ...prompt, content: { messages: MESSAGES, defaults: {} } })),
          trials: 1,
          metrics: {
            contains: { ...metric, unit: 'fraction' },
            similarity: { ...metric, unit: 'fraction' },
            latency: { ...metric, unit: 'ms', better: 'lower' },
          },
        },
      ],
      samples: { planned: cases, finished: cases, errors: 0 },
    },
    *results() {
      for (let n = 0; n < cases; n++) yield makeResult(n);
    },
  };

  function makeResult(n: number): Result {
    const failed = n % 50 === 49;
    const latencyMs = 400 + ((n * 7919) % 2600);
    return {
      ...(template as Result),
      case: `ticket-${String(n).padStart(6, '0')}`,
      tags: [n % 3 === 0 ? 'refund' : 'delivery'],
      vars: { ticket: `Ticket ${n}: ${textOf(n, 60)}` },
      output: { ...output, text: `Answer ${n}: ${textOf(n * 31, characters)}`, latencyMs, usd: 0.0004 },
      scores: [
        {
          id: 'contains',
          metric: 'contains',
          value: failed ? 0 : 1,
          passed: !failed,
          reason: failed ? 'lacks it' : 'has it',
        },
        { id: 'similarity', metric: 'similarity', value: ((n * 104729) % 1000) / 1000, passed: null, reason: '' },
        { id: 'latency', metric: 'latency', value: latencyMs, passed: null, reason: '' },
      ],
      passed: !failed,
    };
  }
}

/** Words that follow from a number. */
function textOf(seed: number, characters: number): string {
  const parts: string[] = [];
  for (let length = 0, n = seed; length < characters; n = (n * 1103515245 + 12345) % 2147483648) {
    const word = `${WORDS[n % WORDS.length]}${n % 5 === 0 ? n % 1000 : ''}`;
    parts.push(word);
    length += word.length + 1;
  }
  return parts.join(' ').slice(0, characters);
}

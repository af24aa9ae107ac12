import { toldByFiles } from '../told-by-files.js';

const suite = `prompt: example
cassette: ../fixtures/example.cassette.jsonl
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;
/** With an answer to what the first prompt of the good examples asks. */
const cassette = `{"cassette":1}
{"key":"67d0710ad2785696915def365b6e35077d34beacba0ad96723c15a5bdf694390","suite":"example","prompt":"example","model":"openai/gpt-6-luna","case":"hello","trial":1,"answer":{"text":"Hello","toolCalls":[],"usage":{"inputTokens":5,"outputTokens":1},"finishReason":"stop","servedModel":null,"latencyMs":800}}
`;

export const staleCassette = toldByFiles({
  id: 'stale-cassette',
  group: 'coverage',
  describe:
    'A cassette with answers to what no suite asks any more, without the answers to what one asks now, or of no suite at all: a replay judges less than it seems to.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'the prompt was changed, and not recorded again',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "Greet back: {{ ticket }}" }]\n',
        files: { 'evals/example.eval.yaml': suite, 'fixtures/example.cassette.jsonl': cassette },
        finds: 'prompt: example',
      },
      {
        describe: 'no suite names it',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: { 'fixtures/other.cassette.jsonl': cassette },
        finds: '{"cassette":1}',
      },
    ],
    good: [
      {
        describe: 'recorded as it is asked',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: { 'evals/example.eval.yaml': suite, 'fixtures/example.cassette.jsonl': cassette },
      },
    ],
  },
});

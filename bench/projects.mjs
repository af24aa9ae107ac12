import { makeProject } from './measure.mjs';

/**
 * A project with so many rows, each another question, that one metric judges. `model` answers.
 *
 * @param {string} model
 * @param {number} cases
 */
export function filesOf(model, cases) {
  const lines = Array.from({ length: cases }, (_, index) =>
    JSON.stringify({ text: `Where is order ${index}?`, expected: 'order' }),
  );
  return {
    'prompts/bench.prompt.yaml': `model: ${model}\nmessages:\n  - { role: user, content: "{{ text }}" }\n`,
    'evals/bench.eval.yaml':
      'prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [{ metric: contains }]\ngates: [{ metric: pass, min: 0.5 }]\n',
    'fixtures/bench.jsonl': `${lines.join('\n')}\n`,
  };
}

/**
 * The same on a server of ours, whose key is in BENCH_KEY.
 *
 * @param {{ url: string }} server
 * @param {number} cases
 * @param {number} concurrency
 */
export function makeServerProject({ url }, cases, concurrency) {
  return makeProject({
    ...filesOf('local/bench', cases),
    'llmci.yaml': `providers:\n  local: { type: openai, baseUrl: ${url}/v1, apiKey: env:BENCH_KEY, concurrency: ${concurrency} }\n`,
  });
}

export const benchKey = { BENCH_KEY: 'bench-key-0123456789' };

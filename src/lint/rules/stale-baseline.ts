import { toldByFiles } from '../told-by-files.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suite = `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;
/** With the digest of the case and of each metric as they were when it was blessed. */
const baselineOf = (equals: string) => ({
  'evals/example.eval.yaml': suite,
  'evals/example.baseline.json': `{
  "baseline": 1, "suite": "example", "runId": "20261128-090000-aaaa", "finishedAt": "2026-11-28T09:00:00.000Z", "commit": null,
  "columns": [
    {
      "prompt": "example", "promptDigest": "00", "model": "echo", "samples": 1,
      "metrics": {"equals":{"better":"higher","digest":"${equals}","unit":"fraction"}},
      "cases": {"hello":{"digest":"08e602a9d8180eba","scores":{"equals":[1]}}}
    }
  ]
}
`,
});

export const staleBaseline = toldByFiles({
  id: 'stale-baseline',
  group: 'coverage',
  describe: 'A baseline of other metrics or cases than the suite has now: what has changed is not compared.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'a metric that is defined otherwise since',
        prompt,
        files: baselineOf('0123456789abcdef'),
        finds: 'prompt: example',
      },
    ],
    good: [{ describe: 'a baseline of what is there now', prompt, files: baselineOf('b62918e3dc233f14') }],
  },
});

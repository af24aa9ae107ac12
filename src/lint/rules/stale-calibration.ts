import { toldByFiles } from '../told-by-files.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suite = `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;
/** With the key of the metric as it was when it was calibrated. */
const calibrationOf = (key: string) => ({
  'evals/example.eval.yaml': suite,
  'evals/equals.calibration.json': `{
  "calibration": 1, "metric": "equals", "key": "${key}",
  "data": { "file": "labelled.csv", "digest": "00" }, "label": "good", "good": ["yes"],
  "sensitivity": { "hits": 45, "n": 50 }, "specificity": { "hits": 44, "n": 50 },
  "kappa": 0.78, "kappaInterval": { "low": 0.66, "high": 0.9 }, "auc": null
}
`,
});

export const staleCalibration = toldByFiles({
  id: 'stale-calibration',
  group: 'coverage',
  describe: 'A calibration of a metric that was changed since: nobody knows how well it agrees with people now.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'a metric that is defined otherwise since',
        prompt,
        files: calibrationOf('00'),
        finds: 'prompt: example',
      },
    ],
    good: [
      {
        describe: 'a calibration of the metric as it is',
        prompt,
        files: calibrationOf('c160f964aca113d1b7a9ec52a018663fe7259a0003bd890118dd3395d6804e7b'),
      },
    ],
  },
});

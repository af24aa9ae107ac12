/** The model that judges, where a source names none that llmci could ask. */
export const JUDGE = 'openai/gpt-6-sol';

/** What to do before metrics that ask a judge may decide. */
export function calibrationAdvice(suite: string): string {
  return `the judge is \`${JUDGE}\`, in llmci.yaml. Before it decides: label some outputs by hand and run \`llmci calibrate METRIC --suite ${suite} --data labelled.csv --label human --write\`; then \`calibrated: { kappa: 0.6 }\` in a gate asks for it`;
}

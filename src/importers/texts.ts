import type { SourcePlace } from '../model/problem.js';
import type { MetricDraft } from './draft/draft.js';
import type { Findings } from './import-findings.js';

/** Metrics that compare texts as people read them, where other tools compare every character. */
const READ = new Set(['equals', 'contains', 'starts-with']);

/** Says once how texts are compared here, where any are. */
export function tellTexts(metrics: readonly MetricDraft[], place: SourcePlace, findings: Findings): void {
  const names = [...new Set(metrics.map(({ metric }) => metric))].filter((metric) => READ.has(metric));
  if (names.length > 0)
    findings.change(
      'comparisons of texts',
      place,
      `${names.map((name) => `\`${name}\``).join(', ')}: as people read them, so blanks at the ends, kinds of quotes and dashes, and characters that nobody sees do not count; \`exact: true\` compares every character`,
    );
}

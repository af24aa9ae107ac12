import { caseDigests, changeOfMetric, summariseMetrics } from '../../core/scores/baseline.js';
import { count } from '../../core/text/format.js';
import type { Baseline } from '../../model/baseline.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import { baselinePath, readSoundBaseline } from '../suites/baselines.js';

/** What of a suite is another than when its baseline was made; that prompts have changed is what baselines are for. */
export function changesSince(baseline: Baseline, suite: Suite): readonly string[] {
  const metrics = summariseMetrics(suite);
  const now = caseDigests(suite);
  const changed = new Set<string>();
  const gone = new Set<string>();
  const cases = new Set<string>();
  for (const column of baseline.columns) {
    for (const id of Object.keys(column.metrics)) {
      if (!Object.hasOwn(metrics, id)) gone.add(id);
      else if (changeOfMetric(column.metrics, metrics, id) !== null) changed.add(id);
    }
    for (const [id, { digest }] of Object.entries(column.cases)) if (now.get(id) !== digest) cases.add(id);
  }
  const missing = suite.columns.filter(
    ({ prompt, model }) =>
      !baseline.columns.some((column) => column.prompt === prompt.id && column.model === model.text),
  );
  return [
    ...(changed.size > 0 ? [`it has another ${[...changed].join(', ')}`] : []),
    ...(gone.size > 0 ? [`it has ${[...gone].join(', ')}, which the suite has no more`] : []),
    ...(cases.size > 0
      ? [
          `${count(cases.size, 'case')} of it ${cases.size === 1 ? 'is' : 'are'} gone or ask something else (${[...cases].slice(0, 3).join(', ')})`,
        ]
      : []),
    ...missing.map(({ prompt, model }) => `it has no ${prompt.id} on ${model.text}`),
  ];
}

/** Warnings of suites whose baselines are of other metrics or cases; one that cannot be read is told elsewhere. */
export async function findStaleBaselines(root: string, suites: Iterable<Suite>): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const suite of suites) {
    const path = baselinePath(suite.path);
    const baseline = await readSoundBaseline(root, path, suite.id);
    const whys = baseline ? changesSince(baseline, suite) : [];
    if (whys.length === 0) continue;
    const message = `${path} is of another suite than today's: ${whys.join('; ')}. Run \`llmci eval ${suite.id}\`, then \`llmci bless\``;
    problems.push({ ...atTop(suite.path), message, rule: 'stale-baseline', severity: 'warning' });
  }
  return problems;
}

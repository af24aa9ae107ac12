import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import { resolveMetricEntries } from './metric-entries.js';
import type { WrittenSuite } from './read-suite.js';
import { reportServices } from './services.js';
import { reportTwins } from './suite-cases.js';
import type { SuiteContext } from './suite-context.js';

/** The metrics of a suite itself, with their defaults. Cases may add their own. */
export function resolveMetrics(suite: WrittenSuite, context: SuiteContext): WithProblems<readonly MetricEntry[]> {
  const { file, source, metrics } = suite;
  const resolved = resolveMetricEntries(file.metrics ?? [], metrics, source, ['metrics']);
  const problems: Problem[] = [...resolved.problems];
  const entries = resolved.value;
  reportTwins(entries, (index) => {
    const message = `two metrics are called ${entries[index]?.id}; give one an id`;
    problems.push({ ...source.at(['metrics', index]), message });
  });
  reportServices(entries, { source, path: [] }, context, (problem) => problems.push(problem));
  return { value: entries, problems };
}

import type { MetricEntry } from '../../model/metric-entry.js';
import { explainModerator } from '../config/moderators.js';
import type { Report } from '../datasets/dataset-row.js';
import { explainJudge } from '../prompts/load-judges.js';
import type { Path, Source } from '../source/yaml-source.js';
import type { SuiteContext } from './suite-context.js';

/**
 * Reports the entries of a list of metrics that need a judge or a moderator which the project lacks. The list stands
 * under `metrics` at the place.
 */
export function reportServices(
  entries: readonly MetricEntry[],
  { source, path }: { readonly source: Source; readonly path: Path },
  { metrics, providers, judged, complete }: Pick<SuiteContext, 'metrics' | 'providers' | 'judged' | 'complete'>,
  report: Report,
): void {
  for (const [index, entry] of entries.entries()) {
    const place = [...path, 'metrics', index];
    const definition = metrics.get(entry.type);
    const judgeless = judged ? null : explainJudge(entry, definition);
    if (judgeless !== null) report({ ...source.at(place), message: judgeless });
    const moderator = complete ? explainModerator(entry, definition, providers) : null;
    if (moderator !== null) report({ ...source.at([...place, moderator.key]), message: moderator.message });
  }
}

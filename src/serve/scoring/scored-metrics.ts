import { digestOfEntry } from '../../core/scores/baseline.js';
import { digest } from '../../core/text/canonical.js';
import { costsSomething, judgeCallsOf, needsOf } from '../../metrics/access.js';
import type { UsedMetric } from '../../metrics/used-metric.js';
import type { EmbeddingsEngine } from '../../model/config.js';
import type { LivePlan } from '../../model/live.js';
import type { Project } from '../../project/load.js';
import { metricsOfPlan } from '../../project/suites/load-live.js';
import type { ScoreThread } from '../../scoring/score-thread.js';

/** A metric that scores live calls. */
export interface ScoredMetric extends UsedMetric {
  /** What tells its scores from those by another judge, rubric or revision. */
  readonly series: string;
  /** Whether a score of it costs something: a call of a service, or the time of a model. */
  readonly costs: boolean;
  readonly judged: boolean;
}

/** The metrics of a plan, those that only compute in a thread. Throws `invalid-files` for what this gateway cannot score by. */
export function scoredMetrics(
  prompt: string,
  plan: LivePlan,
  { metrics, providers, settings }: Pick<Project, 'metrics' | 'providers' | 'settings'>,
  thread: ScoreThread,
): readonly ScoredMetric[] {
  return metricsOfPlan(prompt, plan, { metrics, providers }, settings.judges).map(({ definition, entry }) => {
    const judged = judgeCallsOf(definition, entry) > 0;
    const embeds = needsOf(definition, entry).includes('embeddings');
    const costs = costsSomething(definition, entry);
    return {
      ...{ entry, costs, judged },
      definition: costs ? definition : thread.threaded(definition),
      series: seriesOf(entry, embeds ? settings.embeddings : null),
    };
  });
}

function seriesOf(entry: UsedMetric['entry'], engine: EmbeddingsEngine | null): string {
  const own = digestOfEntry(entry);
  return engine === null ? own : digest([own, engine]).slice(0, own.length);
}

import type { World } from '../calls/world.js';
import { endsSeries } from '../core/rollouts/live-series.js';
import type { Redact } from '../core/text/redact.js';
import type { Project } from '../project/load.js';
import { TrafficFolder } from '../store/gateway/traffic-folder.js';
import type { CallListener } from './calls/finished-call.js';
import { Counters } from './rollouts/counters.js';
import { UsualTraffic } from './rollouts/usual-traffic.js';
import { LiveScorer } from './scoring/live-scorer.js';
import { CallMetrics } from './telemetry/call-metrics.js';
import { KeptTraffic } from './traffic/kept-traffic.js';

/** What hears of every call, beside the traffic. */
export interface Observers {
  readonly metrics: CallMetrics;
  readonly counters: Counters;
  readonly scorer: LiveScorer;
  readonly usual: UsualTraffic;
  /** All of these, and what keeps calls where llmci.yaml asks for that. */
  readonly listeners: readonly CallListener[];
  /** Ends what scores, and what keeps. */
  readonly close: () => Promise<void>;
}

/** Opens what counts, scores and keeps calls; `keptTraffic` is where. */
export function openObservers(
  project: Project,
  { environment, keptTraffic }: { readonly environment: string; readonly keptTraffic: string },
  redact: Redact,
  world: World,
  { onFault, say }: { readonly onFault: (error: unknown) => void; readonly say: (message: string) => void },
): Observers {
  const policy = project.config.traffic;
  const counters = new Counters();
  const traffic =
    policy &&
    new KeptTraffic({
      ...{ environment, policy, redact, world, say },
      folder: new TrafficFolder(keptTraffic, policy, () => world.date().getTime()),
    });
  const scorer = new LiveScorer({
    ...{ environment, project, world, say, onFault, redact },
    onScore: (score) => {
      if (score.rollout !== null && endsSeries(counters.of(score.rollout), score))
        say(`${score.metric} (${score.prompt}) is another metric or judge than before: its gates begin anew`);
      counters.onScore(score);
      traffic?.onScore(score);
    },
  });
  const metrics = new CallMetrics();
  const usual = new UsualTraffic(world.date);
  return {
    ...{ metrics, counters, scorer, usual },
    listeners: [metrics, counters, scorer, usual, ...(traffic ? [traffic] : [])],
    close: async () => {
      await scorer.close();
      await traffic?.close();
    },
  };
}

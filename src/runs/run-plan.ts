import type { ColumnBaseline } from '../core/gates/pairing.js';
import type { JudgeSettings } from '../core/requests/judge-request.js';
import { allEntriesOf } from '../core/scores/cases.js';
import { describeChangedParts } from '../core/scores/changed-parts.js';
import { makePlan, type Plan } from '../core/scores/plan.js';
import { LlmciError } from '../core/text/errors.js';
import type { Fingerprint, Manifest } from '../model/manifest.js';
import type { Project } from '../project/load.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { type EarlierOutputs, openEarlierOutputs } from '../scoring/earlier-outputs.js';
import { judgeFor, requireEngine } from '../scoring/needs.js';
import { toolVersion } from '../store/files/version.js';
import { findBaselines } from './baselines/find-baselines.js';
import { fingerprintOf } from './fingerprint.js';
import { requireRunnable } from './setup/plan-checks.js';
import { selectSuites } from './setup/select.js';
import type { StartOptions } from './setup/start-options.js';
import { usedProviders } from './setup/used-providers.js';
import { findSharedAnswers } from './shared-answers.js';

/** What a run is to do, and all that this depends on. */
export interface RunPlan {
  readonly plan: Plan;
  /** The providers that it may call, by name. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Null when no metric asks one. */
  readonly judge: JudgeSettings | null;
  /** What each column is compared with; nothing for a part of a plan. */
  readonly baselines: readonly ColumnBaseline[];
  readonly earlier: EarlierOutputs | null;
  readonly version: string;
  readonly fingerprint: Fingerprint;
}

/** Makes the plan of a run. Nothing is opened or sent. Throws when it cannot be run as it is asked for. */
export async function planRun(project: Project, options: StartOptions): Promise<RunPlan> {
  const { out, shard, baseline } = options;
  const plan = makePlan(selectSuites(project, options));
  requireRunnable(plan, options);
  const entries = plan.suites.flatMap(allEntriesOf);
  await requireEngine(entries, project);
  const judge = judgeFor(entries, project);
  const providers = usedProviders(plan, judge, project);
  const baselines = shard ? [] : await findBaselines(project, plan, baseline, out);
  const earlier = await openEarlierOutputs(plan, project.metrics, baseline, out);
  const version = toolVersion();
  const fingerprint = fingerprintOf(plan, {
    ...{ project, providers, judge, version, earlier: earlier?.runId ?? null },
    baselines: shard ? null : baselines,
  });
  return {
    plan: findSharedAnswers(plan, providers),
    providers,
    judge,
    baselines,
    earlier,
    version,
    fingerprint,
  };
}

/** Throws `changed-since` when a run, or part of one, is not what it would be with the files as they are now. */
export function requireSame(name: string, manifest: Manifest, { plan, fingerprint }: RunPlan): void {
  const changed = describeChangedParts(manifest.fingerprint, fingerprint);
  const what = changed ?? (manifest.samples === plan.size ? null : 'its plan has changed');
  if (what !== null) throw new LlmciError('changed-since', { run: name, what });
}

/** The same for a run that is finished: what it found is not what these files would give. */
export async function requireUnchanged(project: Project, options: StartOptions, manifest: Manifest): Promise<void> {
  requireSame(`run ${manifest.runId}`, manifest, await planRun(project, options));
}

import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { accuracyOf, separationOf } from '../core/scores/calibration.js';
import { allEntriesOf } from '../core/scores/cases.js';
import { isMissing } from '../core/scores/score-form.js';
import { canonicalJson } from '../core/text/canonical.js';
import { LlmciError } from '../core/text/errors.js';
import { formatValue } from '../core/text/format.js';
import { metricsUsed, type UsedMetric } from '../metrics/used-metric.js';
import type { Ceiling } from '../model/budget.js';
import type { Calibration } from '../model/calibration.js';
import type { JudgeMigration, MetricMigration } from '../model/migration.js';
import { itemsOf, readScoredRows } from '../project/datasets/scored-rows.js';
import type { Project } from '../project/load.js';
import { resolveInside } from '../project/source/files.js';
import { calibrationKey, readCalibration } from '../project/suites/calibrations.js';
import { calibrationOf, digestOf } from '../scoring/calibrate.js';
import { scoreRows } from '../scoring/score-rows.js';
import { meansOf, openScoring, type Scoring } from '../scoring/scorer.js';
import { PathError } from '../store/files/read-file.js';

/** What moving the judge would do, and the calibrations that go with it where it may move. */
export interface Recalibrated {
  readonly judge: JudgeMigration;
  readonly calibrations: readonly Calibration[];
}

interface Means {
  /** What all of it may use. */
  readonly budget: Ceiling;
  readonly world: World;
  readonly stop: Stop;
}

/** A metric of a suite, with its calibration by the old judge. */
interface Calibrated {
  readonly metric: UsedMetric;
  readonly before: Calibration;
}

type Outcome = MetricMigration & { readonly calibration: Calibration | null };

/**
 * Asks another model to judge the labelled examples of each calibration whose metric asks the judge. It may move when each of them
 * agrees with people as its gates demand; where none demands anything, no worse than the old judge may have, by the interval
 * of its kappa. A metric that was not calibrated says nothing.
 */
export async function recalibrate(
  project: Project,
  ids: readonly string[],
  to: string,
  { budget, world, stop }: Means,
): Promise<Recalibrated> {
  const moved = withJudge(project, to);
  const calibrated = ids.map((id) => calibratedAs(project, id));
  const entries = calibrated.flatMap((each) => ('metric' in each ? [each.metric.entry] : []));
  const scoring =
    entries.length === 0 ? null : await openScoring(moved, entries, await meansOf(moved, budget, world), world, stop);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, each] of calibrated.entries()) {
      const id = ids[index] ?? '';
      if ('problem' in each || scoring === null) outcomes.push(unknown(id, 'problem' in each ? each.problem : ''));
      else outcomes.push(await compare(moved, each, { scoring, stop }));
    }
  } finally {
    await scoring?.close();
  }
  const isAll = outcomes.every(({ verdict }) => verdict === 'pass');
  const verdict = isAll ? 'pass' : outcomes.some((each) => each.verdict === 'fail') ? 'fail' : 'unknown';
  return {
    judge: { verdict, metrics: outcomes.map(({ calibration: _, ...each }) => each) },
    calibrations: outcomes.flatMap(({ calibration }) => calibration ?? []),
  };
}

function withJudge(project: Project, to: string): Project {
  const { judges } = project.settings;
  const model = judges.model && { ...judges.model, model: parseModelReference(to) };
  return { ...project, settings: { ...project.settings, judges: { ...judges, model } } };
}

function unknown(metric: string, reason: string): Outcome {
  return { metric, verdict: 'unknown', reason, calibration: null };
}

/** The metric of an id with its calibration, or why there is none. */
function calibratedAs(project: Project, id: string): Calibrated | { readonly problem: string } {
  const entries = [...project.suites.values()].flatMap(allEntriesOf).filter((entry) => entry.id === id);
  const found = metricsUsed(entries, project.metrics);
  const byKey = new Map(found.map((each) => [calibrationKey(each.entry, each.definition, project.settings), each]));
  const [[key, metric] = [], other] = byKey;
  if (key === undefined || metric === undefined || other !== undefined)
    return { problem: 'it stands for live calls only, or for several definitions: calibrate it by hand' };
  const before = readCalibration(project.root, id, key);
  return 'problem' in before ? before : { metric, before };
}

async function compare(
  project: Project,
  { metric, before }: Calibrated,
  { scoring, stop }: { readonly scoring: Scoring; readonly stop: Stop },
): Promise<Outcome> {
  const { id } = metric.entry;
  const { data, label, good } = before;
  try {
    const file = resolveInside(project.root, 'llmci.yaml', data.file);
    const rows = await readScoredRows(project.root, project.root, file, 'output');
    if ((await digestOf(project.root, file)) !== data.digest)
      return unknown(id, `${file} was changed since: run \`llmci calibrate ${id}\` with the old judge first`);
    const unasked = rows.map((row) => ({ ...row, messages: [] }));
    const scores = await scoreRows(unasked, (row) => scoring.score(metric, row, ''), stop);
    if (scores === null) return unknown(id, 'it was interrupted');
    const missing = scores.find(isMissing);
    if (missing) return unknown(id, `an example could not be scored: ${missing.reason ?? 'nobody knows why'}`);
    const items = itemsOf(rows, [label]);
    const judged = scores.flatMap(({ value, passed }, index) => {
      const written = rows[index]?.columns[label];
      const isGood = good.includes(typeof written === 'object' ? canonicalJson(written) : String(written));
      return value === null || passed === null ? [] : [{ item: items[index] ?? index, value, passed, good: isGood }];
    });
    const accuracy = accuracyOf(judged);
    const fault = faultOf(accuracy.kappa, before, demandOf(project, id));
    const reason = `kappa ${told(before.kappa)} → ${told(accuracy.kappa)} on ${judged.length} examples of ${file}`;
    if (fault !== null) return { metric: id, verdict: 'fail', reason: `${reason}; ${fault}`, calibration: null };
    const auc = separationOf(judged, metric.entry.better)?.auc ?? null;
    const calibration = await calibrationOf(project, metric, { file, label, good, accuracy, auc });
    return { metric: id, verdict: 'pass', reason, calibration };
  } catch (error) {
    if (error instanceof LlmciError) return unknown(id, error.inOneLine);
    if (error instanceof PathError) return unknown(id, error.message);
    throw error;
  }
}

/** What is wrong with a kappa, or null. */
function faultOf(kappa: number | null, before: Calibration, asked: number | null): string | null {
  if (asked !== null) return kappa !== null && kappa >= asked ? null : `a gate asks for ${told(asked)}`;
  const least = before.kappaInterval?.low ?? before.kappa;
  if (kappa !== null && least !== null && kappa >= least) return null;
  return `that of the old judge is at least ${told(least)}, as far as these examples tell`;
}

/** The highest kappa that a gate asks of a metric; null when none does. */
function demandOf({ suites }: Project, id: string): number | null {
  const gates = [...suites.values()].flatMap(({ columns }) => columns.flatMap(({ gates }) => gates));
  const asked = gates.flatMap(({ metric, calibration }) => (metric === id ? (calibration?.kappa ?? []) : []));
  return asked.length === 0 ? null : Math.max(...asked);
}

function told(kappa: number | null): string {
  return kappa === null ? 'unknown' : formatValue(kappa, 'fraction');
}

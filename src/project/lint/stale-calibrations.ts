import { allEntriesOf } from '../../core/scores/cases.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Project } from '../load.js';
import { readTextIfThere } from '../source/files.js';
import { calibrationKey, calibrationPath, readCalibration } from '../suites/calibrations.js';

/** A calibration that is there and does not hold any more. */
export interface StaleCalibration {
  /** Of the metric. */
  readonly id: string;
  readonly problem: string;
  /** Whether a gate asks for it. */
  readonly isAsked: boolean;
  /** The first suite that uses the metric, by its path. */
  readonly suite: string;
}

export async function findStaleCalibrations(
  project: Pick<Project, 'root' | 'suites' | 'metrics' | 'settings'>,
): Promise<readonly StaleCalibration[]> {
  const { root, suites, metrics, settings } = project;
  const found: StaleCalibration[] = [];
  const seen = new Set<string>();
  for (const suite of suites.values()) {
    for (const { id, type, ...entry } of allEntriesOf(suite)) {
      const definition = metrics.get(type);
      if (!definition || seen.has(id) || (await readTextIfThere(root, calibrationPath(id))) === null) continue;
      seen.add(id);
      const calibration = readCalibration(root, id, calibrationKey({ id, type, ...entry }, definition, settings));
      if (!('problem' in calibration)) continue;
      const isAsked = suite.columns.some(({ gates }) => gates.some((gate) => gate.metric === id && gate.calibration));
      found.push({ id, problem: calibration.problem, isAsked, suite: suite.path });
    }
  }
  return found;
}

/** The same as warnings of the suites that use the metrics. */
export async function warnOfCalibrations(
  project: Parameters<typeof findStaleCalibrations>[0],
): Promise<readonly Problem[]> {
  return (await findStaleCalibrations(project)).map(({ suite: file, problem: message }) => ({
    ...atTop(file),
    ...{ message, rule: 'stale-calibration', severity: 'warning' },
  }));
}

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Accuracy, Share } from '../core/scores/calibration.js';
import type { UsedMetric } from '../metrics/used-metric.js';
import type { Calibration } from '../model/calibration.js';
import type { Project } from '../project/load.js';
import type { RootPath } from '../project/source/files.js';
import { calibrationKey } from '../project/suites/calibrations.js';

/** On what a calibration rests, and what was found. */
export interface Found {
  /** The file of the labelled examples, from the root. */
  readonly file: RootPath;
  readonly label: string;
  readonly good: readonly string[];
  readonly accuracy: Accuracy;
  readonly auc: number | null;
}

/** What is kept of how a metric agrees with people. */
export async function calibrationOf(
  { root, settings }: Pick<Project, 'root' | 'settings'>,
  { entry, definition }: UsedMetric,
  { file, label, good, accuracy, auc }: Found,
): Promise<Calibration> {
  const { sensitivity, specificity, kappa, kappaInterval } = accuracy;
  return {
    calibration: 1,
    metric: entry.id,
    key: calibrationKey(entry, definition, settings),
    data: { file, digest: await digestOf(root, file) },
    label,
    good: [...new Set(good)].sort(),
    sensitivity: keptOf(sensitivity),
    specificity: keptOf(specificity),
    kappa,
    kappaInterval: kappaInterval && { low: kappaInterval.low, high: kappaInterval.high },
    auc,
  };
}

function keptOf({ hits, n, size }: Share) {
  return size < n ? { hits, n, size: Math.floor(size) } : { hits, n };
}

/** The digest of a file of labelled examples, by its path from the root. */
export async function digestOf(root: string, file: string): Promise<string> {
  return hash('sha256', await readFile(resolve(root, file)), 'hex');
}

import { resolve } from 'node:path';
import { allEntriesOf } from '../../core/scores/cases.js';
import { canonicalJson } from '../../core/text/canonical.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { didYouMean } from '../../core/text/suggest.js';
import { printableJson } from '../../core/text/write-json.js';
import { builtInMetrics } from '../../metrics/index.js';
import { metricsUsed, type UsedMetric } from '../../metrics/used-metric.js';
import { itemsOf, readScoredRows, type ScoredRow } from '../../project/datasets/scored-rows.js';
import { loadProject, loadScoring, type Project } from '../../project/load.js';
import { findMetric, readMetricParameters } from '../../project/named-metric.js';
import { calibrationKey, calibrationPath } from '../../project/suites/calibrations.js';
import { calibrationOf } from '../../scoring/calibrate.js';
import { writeAtomic } from '../../store/files/atomic.js';
import { pathFrom, requireInside } from '../../store/files/places.js';
import { scoreInTerminal } from '../score-in-terminal.js';
import type { Terminal } from '../terminal.js';
import { describeCalibration, type Measured } from './describe-calibration.js';
import { readGoodLabels } from './good-labels.js';
import { measureLabels, measureScores } from './measure.js';

/** The flags of calibrate as commander parses them. */
export interface CalibrateFlags {
  readonly data: string;
  readonly label: string;
  readonly positive?: readonly string[];
  readonly output: string;
  readonly predicted?: string;
  readonly suite?: string;
  readonly param?: readonly string[];
  readonly write?: boolean;
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The calibrate command. Returns the exit code. */
export async function calibrateFromCli(
  name: string | null,
  flags: CalibrateFlags,
  terminal: Terminal,
): Promise<number> {
  const cwd = flags.cwd ?? terminal.cwd();
  const project = await loadFor(name, cwd, flags, terminal);
  const rows = await readScoredRows(project.root, cwd, flags.data, name === null ? null : flags.output);
  const labels = rows.map((row, index) => columnOf(row, flags.label, '--label', index));
  const isGood = readGoodLabels(labels, flags.positive ?? []);

  if (name === null) {
    const predicted = rows.map((row, index) => columnOf(row, flags.predicted ?? '', '--predicted', index));
    const shown = rows.every(({ columns }) => columns[flags.output] !== undefined);
    // Of labels alone nobody can tell what they are of
    const items = shown ? itemsOf(rows, [flags.label, flags.predicted ?? '']) : [...rows.keys()];
    return show(measureLabels(labels, items, predicted, isGood), flags, terminal);
  }

  const metric = await chooseMetric(project, cwd, name, flags);
  const { entry } = metric;
  if (!isGood)
    throw usage('--positive', `which labels are good? there are ${[...new Set(labels)].slice(0, 10).join(', ')}`);
  const unasked = rows.map((row) => ({ ...row, messages: [] }));
  const { scores, notes, failed } = await scoreInTerminal(project, metric, unasked, terminal);
  for (const note of notes) terminal.stderr.write(`${note}\n`);
  if (scores === null) return EXIT.interrupted;
  const measured = measureScores(entry, scores, labels, itemsOf(rows, [flags.label]), isGood);
  const shown = show(measured, flags, terminal);
  const code = failed ? EXIT.error : shown;
  if (code !== EXIT.pass || !flags.write) return code;
  if (!measured.accuracy)
    throw usage('--write', `${entry.id} has no pass mark; give it one in the suite, or with --param min=…`);
  const calibration = await calibrationOf(project, metric, {
    file: pathFrom(project.root, resolve(cwd, flags.data)),
    label: flags.label,
    good: labels.filter(isGood),
    accuracy: measured.accuracy,
    auc: measured.metric?.separation?.auc ?? null,
  });
  const path = calibrationPath(entry.id);
  await writeAtomic(() => requireInside(project.root, path), `${printableJson(calibration, 2)}\n`);
  terminal.stderr.write(`Written: ${path}\n`);
  return code;
}

/** What the labels or the metric need: suites only where one may define it. */
async function loadFor(
  name: string | null,
  cwd: string,
  { config, suite, param }: CalibrateFlags,
  { env, stderr }: Terminal,
): Promise<Project> {
  const place = { env, cwd, config };
  if (suite === undefined && (name === null || param !== undefined)) return loadScoring(place);
  try {
    return await loadProject(place);
  } catch (error) {
    const isKnown = builtInMetrics.some(({ type }) => type === name);
    if (suite !== undefined || !isKnown || !(error instanceof LlmciError && error.code === 'invalid-files'))
      throw error;
    const project = await loadScoring(place);
    stderr.write(
      printable(
        `This is ${name} as it is by default: whether a suite defines it otherwise is not known (${error.inOneLine}).\n`,
      ),
    );
    return project;
  }
}

/** The metric of a suite by its id, or one by its type or module. */
async function chooseMetric(project: Project, cwd: string, name: string, flags: CalibrateFlags): Promise<UsedMetric> {
  const suite = flags.suite === undefined ? null : project.suites.get(flags.suite);
  if (suite === undefined)
    throw usage('--suite', `there is no suite ${flags.suite}${didYouMean(flags.suite ?? '', project.suites.keys())}`);
  const suites = suite ? [suite] : [...project.suites.values()];
  const entries = suites.flatMap(allEntriesOf).filter(({ id }) => id === name);
  const found = metricsUsed(entries, project.metrics);
  const different = new Map(found.map((each) => [calibrationKey(each.entry, each.definition, project.settings), each]));
  if (flags.param === undefined && different.size > 1)
    throw usage(
      'METRIC',
      `suites define ${name} in ${different.size} ways; name one with --suite, or give them other ids`,
    );
  const [only] = different.values();
  if (only && flags.param === undefined) return only;
  return findMetric(project, cwd, name, readMetricParameters(flags.param ?? [], 'calibrate'), 'calibrate');
}

function show(measured: Measured, flags: CalibrateFlags, { stdout }: Terminal): number {
  stdout.write(flags.json ? `${printableJson(measured, 2)}\n` : describeCalibration(measured));
  const { missing, notApplicable } = measured.metric ?? { missing: 0, notApplicable: 0 };
  // Where nothing applies nothing was measured
  return missing > 0 || notApplicable === measured.rows ? EXIT.error : EXIT.pass;
}

function columnOf({ columns }: ScoredRow, name: string, flag: string, index: number): string {
  const value = columns[name];
  if (value === undefined || value === null || value === '')
    throw usage(flag, `row ${index + 1} has no ${name}${didYouMean(name, Object.keys(columns))}`);
  // 1.0 and 1 are one label
  return typeof value === 'object' ? canonicalJson(value) : String(value);
}

function usage(flag: string, why: string): LlmciError {
  return new LlmciError('bad-flag', { flag, why, command: 'calibrate' });
}

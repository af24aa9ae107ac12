import { caseDigest, summariseMetrics } from '../core/scores/baseline.js';
import { allEntriesOf } from '../core/scores/cases.js';
import { LlmciError } from '../core/text/errors.js';
import { count } from '../core/text/format.js';
import type { Baseline } from '../model/baseline.js';
import type { Suite } from '../model/suite.js';
import { baselinePath, readBaseline } from '../project/baselines.js';
import { calibrationKey, calibrationPath, readCalibration } from '../project/calibrations.js';
import { filesBelow, readTextIfThere } from '../project/files.js';
import type { Project } from '../project/load.js';
import { type Check, type Finding, fault, ok, warn } from './check.js';
import { staleRecordings } from './recordings.js';

/** Files that were written for what is not so any more. */
export const stale: Check = {
  id: 'stale files',
  look: async ({ project }) => {
    const found = [
      ...(await staleRecordings(project)),
      ...(await staleBaselines(project)),
      ...(await staleCalibrations(project)),
    ];
    return found.length > 0 ? found : [ok('recordings, baselines and calibrations are of what is there now')];
  },
};

async function staleBaselines({ root, suites }: Project): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const suite of suites.values()) {
    const path = baselinePath(suite.path);
    const remedy = `llmci eval ${suite.id}, then llmci bless.`;
    try {
      const baseline = await readBaseline(root, path, suite.id);
      const whys = baseline ? changesSince(baseline, suite) : [];
      if (whys.length === 0) continue;
      const text = `${path} is of another suite than today's: ${whys.join('; ')}`;
      const compares = suite.columns.some(({ gates }) => gates.some(({ change }) => change !== null));
      found.push(compares ? fault(text, remedy) : warn(text, remedy));
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      found.push(fault(error.message, remedy));
    }
  }
  const known = [...suites.values()].map(({ path }) => baselinePath(path));
  const files = await filesBelow(root, 'evals', ['.baseline.json'], []);
  for (const path of files.filter((each) => !known.includes(each)))
    found.push(fault(`${path} is a baseline of no suite`, 'Delete it, or give the suite its old name back.'));
  return found;
}

/** What of a suite is another than when its baseline was made; that prompts have changed is what baselines are for. */
function changesSince(baseline: Baseline, suite: Suite): readonly string[] {
  const metrics = summariseMetrics(suite);
  const now = new Map([...suite.cases].map((testCase) => [testCase.id, caseDigest(testCase)]));
  const changed = new Set<string>();
  const gone = new Set<string>();
  const cases = new Set<string>();
  for (const column of baseline.columns) {
    for (const [id, { digest }] of Object.entries(column.metrics)) {
      const today = Object.hasOwn(metrics, id) ? metrics[id]?.digest : undefined;
      if (today === undefined) gone.add(id);
      else if (today !== digest) changed.add(id);
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

async function staleCalibrations({ root, suites, metrics, settings }: Project): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const suite of suites.values()) {
    for (const entry of allEntriesOf(suite)) {
      const definition = metrics.get(entry.type);
      if (!definition || seen.has(entry.id) || (await readTextIfThere(root, calibrationPath(entry.id))) === null)
        continue;
      seen.add(entry.id);
      const calibration = readCalibration(root, entry.id, calibrationKey(entry, definition, settings));
      if (!('problem' in calibration)) continue;
      const asked = suite.columns.some(({ gates }) =>
        gates.some((gate) => gate.metric === entry.id && gate.calibration),
      );
      const remedy = `llmci calibrate ${entry.id} --data FILE --label COLUMN --write`;
      found.push(asked ? fault(calibration.problem, remedy) : warn(calibration.problem, remedy));
    }
  }
  return found;
}

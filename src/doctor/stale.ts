import { LlmciError } from '../core/text/errors.js';
import { changesSince } from '../project/lint/stale-baselines.js';
import { findStaleCalibrations } from '../project/lint/stale-calibrations.js';
import type { Project } from '../project/load.js';
import { filesBelow } from '../project/source/files.js';
import { baselinePath, readBaseline } from '../project/suites/baselines.js';
import { type Check, type CheckFinding, fault, ok, warn } from './check.js';
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

async function staleBaselines({ root, suites }: Project): Promise<readonly CheckFinding[]> {
  const found: CheckFinding[] = [];
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
      found.push(fault(error.inOneLine, remedy));
    }
  }
  const known = [...suites.values()].map(({ path }) => baselinePath(path));
  const files = await filesBelow(root, 'evals', ['.baseline.json'], []);
  for (const path of files.filter((each) => !known.includes(each)))
    found.push(fault(`${path} is a baseline of no suite`, 'Delete it, or give the suite its old name back.'));
  return found;
}

async function staleCalibrations(project: Project): Promise<readonly CheckFinding[]> {
  return (await findStaleCalibrations(project)).map(({ id, problem, isAsked }) => {
    const remedy = `llmci calibrate ${id} --data FILE --label COLUMN --write`;
    return isAsked ? fault(problem, remedy) : warn(problem, remedy);
  });
}

import { GATE_DEFAULTS, type GateRule } from '../../model/gate.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { WithProblems } from '../../model/problem.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { calibrationKey, readCalibration } from './calibrations.js';
import { type GatedSuite, resolveRules } from './gate-rules.js';
import type { WrittenSuite } from './read-suite.js';
import type { ResolvedCases } from './resolve-cases.js';
import type { SuiteContext } from './suite-context.js';

/** The gates that judge a suite: those beside each of its prompts, then the suite's own. In the order of the prompts. */
export function resolveGates(
  suite: WrittenSuite,
  prompts: readonly LoadedPrompt[],
  entries: readonly MetricEntry[],
  { ownEntries, tags }: Pick<ResolvedCases, 'ownEntries' | 'tags'>,
  { root, metrics, settings }: SuiteContext,
): WithProblems<readonly (readonly GateRule[])[]> {
  const { id, file, source } = suite;
  const calibrationOf: GatedSuite['calibrationOf'] = (entry) => {
    const definition = metrics.get(entry.type);
    if (!definition) throw new Error(`no metric ${entry.type} is registered`);
    return readCalibration(root, entry.id, calibrationKey(entry, definition, settings));
  };
  const inference = file.inference ?? 'population';
  const trials = typeof file.trials === 'number' ? file.trials : file.trials.min;
  const gated: GatedSuite = { id, entries: [...entries, ...ownEntries], tags, trials, inference, calibrationOf };
  const defaults = { ...GATE_DEFAULTS, inference, correction: file.correction };
  const own = resolveRules({ gates: file.gates ?? [], path: ['gates'], source, defaults }, gated);
  const ofPrompts = prompts.map(({ thresholds }) =>
    thresholds === null
      ? { value: [], problems: [] }
      : resolveRules(
          { gates: thresholds.file.gates, path: ['gates'], source: thresholds.source, defaults: thresholds.file },
          gated,
        ),
  );
  return {
    value: ofPrompts.map(({ value }) => [...value, ...own.value]),
    problems: [...own.problems, ...ofPrompts.flatMap(({ problems }) => problems)],
  };
}

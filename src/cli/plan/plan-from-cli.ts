import { realWorld } from '../../calls/world.js';
import { expectationOf } from '../../core/gates/gate.js';
import { nameOfForesight } from '../../core/power/describe-blind.js';
import { type Foresight, foresee } from '../../core/power/foresee.js';
import { makePlan } from '../../core/scores/plan.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import { loadProject } from '../../project/load.js';
import { wrap } from '../../reporters/layout/layout.js';
import { findBaselines } from '../../runs/baselines/find-baselines.js';
import { describePlan } from '../../runs/estimates/describe-plan.js';
import { estimatePlan } from '../../runs/estimates/dry-run.js';
import { estimateTime } from '../../runs/estimates/plan-time.js';
import { foreseeGone } from '../../runs/gone-notes.js';
import { selectSuites } from '../../runs/setup/select.js';
import { findSharedAnswers } from '../../runs/shared-answers.js';
import { openOut } from '../../store/git/out-folder.js';
import { wholeName } from '../../store/runs/runs.js';
import { findProject } from '../find-project.js';
import type { Terminal } from '../terminal.js';
import { describeForesight, describeTime } from './describe-foresight.js';

/** The flags of plan as commander parses them. */
export interface PlanFlags {
  readonly tag?: readonly string[];
  readonly case?: readonly string[];
  readonly model?: readonly string[];
  readonly trials?: number;
  readonly concurrency?: number;
  readonly cache: boolean;
  readonly out: string;
  readonly baseline?: string;
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** Where the terminal's is not known, as in logs. */
const DEFAULT_WIDTH = 120;

/** The plan command: what a run would cost and what its gates would see. Sends nothing. Returns the exit code. */
export async function planFromCli(named: readonly string[], flags: PlanFlags, terminal: Terminal): Promise<number> {
  const { stdout, env } = terminal;
  const cwd = flags.cwd ?? terminal.cwd();
  const { root, suites } = findProject(named, cwd, 'plan');
  const project = await loadProject({ env: terminal.env, cwd, root, config: flags.config, models: flags.model });
  const { tag: tags, case: cases, trials, concurrency, cache } = flags;
  const baseline = flags.baseline === undefined ? undefined : wholeName(cwd, flags.baseline);
  const settings = runSettingsSchema.parse({ suites, tags, cases, trials, concurrency, cache, baseline });
  const options = { ...settings, out: await openOut(project.root, flags.out) };
  const columns = await estimatePlan(project, options, realWorld(env));
  const plan = findSharedAnswers(makePlan(selectSuites(project, options)), project.providers);
  const baselines = await findBaselines(project, plan, options.baseline, options.out);
  const time = estimateTime(plan, columns, baselines, project.providers, options.concurrency);
  const gates = foresee(plan, baselines);
  const notes = foreseeGone(plan, baselines, project.suites);
  if (flags.json) {
    stdout.write(`${printableJson({ columns, time, gates: gates.map(toJson), notes }, 2)}\n`);
    return EXIT.pass;
  }
  const live = columns.reduce((sum, column) => sum + column.live, 0);
  const table = describeForesight(gates, stdout.columns ?? DEFAULT_WIDTH);
  const width = stdout.columns ?? Number.POSITIVE_INFINITY;
  const noted = notes.map((note) => `\n${wrap(printable(note), width).join('\n')}\n`).join('');
  stdout.write(`${describePlan(columns, width)}${describeTime(time, live)}${table === '' ? '' : `\n${table}`}${noted}`);
  return EXIT.pass;
}

/** A gate as JSON tells it: named as in reports, its rule as in run records. */
function toJson(gate: Foresight): object {
  const { rule, suite, prompt, model, ...figures } = gate;
  const { metric, stat, where, decide, level, confidence } = rule;
  const expected = expectationOf(rule);
  return {
    suite,
    prompt,
    model,
    gate: nameOfForesight(gate),
    metric,
    stat,
    where,
    decide,
    level,
    confidence,
    expected,
    ...figures,
  };
}

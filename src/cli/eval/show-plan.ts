import { realWorld } from '../../calls/world.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Project } from '../../project/load.js';
import { describePlan } from '../../runs/estimates/describe-plan.js';
import { estimatePlan } from '../../runs/estimates/dry-run.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import type { Terminal } from '../terminal.js';
import type { EvalFlags } from './eval-flags.js';

/** Prints what a run would do and cost, below `notes` on what it is of. Nothing is sent. Returns the exit code. */
export async function showPlan(
  project: Project,
  options: StartOptions,
  { json }: Pick<EvalFlags, 'json'>,
  { env, stdout }: Terminal,
  notes: readonly string[] = [],
): Promise<number> {
  const estimate = await estimatePlan(project, options, realWorld(env));
  if (json) stdout.write(`${printableJson(estimate, 2)}\n`);
  else {
    const above = notes.map((note) => `${printable(note)}\n`).join('');
    stdout.write(above + describePlan(estimate, stdout.columns ?? Number.POSITIVE_INFINITY));
  }
  return EXIT.pass;
}

import { resolve } from 'node:path';
import { runSettingsSchema } from '../../model/run-settings.js';
import { loadProject } from '../../project/load.js';
import { requireUnchanged } from '../../runs/run-plan.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { openOut } from '../../store/git/out-folder.js';
import { findProject } from '../find-project.js';
import { protectedAs, protectionOf, withBaseline } from '../protection-of.js';
import { findResumption, openWhole } from '../resume.js';
import { keepShard, reportRun, runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';
import { askedOf } from './asked-of.js';
import type { EvalFlags } from './eval-flags.js';

/** The eval command: loads, runs, reports. Returns the exit code. */
export async function evaluateFromCli(named: readonly string[], flags: EvalFlags, terminal: Terminal): Promise<number> {
  const { stderr, env } = terminal;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const { root, suites } = findProject(named, cwd, 'eval');
  if (root !== cwd && !flags.quiet && !flags.json) stderr.write(`Project: ${root}\n`);
  const out = await openOut(root, flags.out);
  const targets = targetsOf(flags, 'eval', terminal);
  const asked = await askedOf(suites, flags, { root, cwd, out });
  if (flags.trusted !== undefined) {
    const { evaluateTrusted } = await import('./evaluate-trusted.js');
    return evaluateTrusted(root, flags.trusted, asked, { out, targets, flags, terminal });
  }
  const resumption = flags.resume === undefined ? null : await findResumption(asked, flags, out);
  const before = resumption?.manifest.protect;
  const guard = before ? protectedAs([before], flags) : flags;
  const protection = flags.dryRun
    ? null
    : await protectionOf(root, guard, env, resumption?.settings.config ?? asked.config ?? null);
  const settings = resumption?.settings ?? withBaseline(runSettingsSchema.parse(asked), protection);
  const { config, models } = settings;
  const project = await loadProject({
    ...{ env, cwd, root },
    config: config === null ? undefined : resolve(root, config),
    models,
  });
  // What is weakened fails whatever is run, and must not be left out with the suite that it is of
  const isWeakened = flags.protect === true && (protection?.weakened.length ?? 0) > 0;
  const affected = flags.affected && !isWeakened ? await import('./affected-suites.js') : null;
  const found = affected && (await affected.affectedSuites(project, flags, settings, out, terminal));
  if (affected && found?.suites.length === 0) return affected.sayNothingAffected(found, flags, terminal);
  const options: StartOptions = {
    ...settings,
    ...(found ? { suites: [...found.suites], affected: found } : {}),
    out,
    shard: resumption?.manifest.shard ?? flags.shard ?? null,
    past: resumption && { kind: 'resume', manifest: resumption.manifest },
    protection,
  };
  if (flags.dryRun) {
    const { showPlan } = await import('./show-plan.js');
    return showPlan(project, options, flags, terminal, found?.notes);
  }
  if (resumption) {
    const { manifest } = resumption;
    const whole = await openWhole(out, manifest.runId);
    if (whole) {
      await requireUnchanged(project, options, manifest);
      if (!flags.quiet) stderr.write(`Run ${manifest.runId} is finished: there is nothing to go on with.\n`);
      const exitCode = await reportRun(whole.run, whole.folder, targets, flags, terminal);
      await keepShard(whole.folder, manifest, out, { flags, terminal });
      return exitCode;
    }
  }
  return runToEnd(project, options, { targets, flags, terminal });
}

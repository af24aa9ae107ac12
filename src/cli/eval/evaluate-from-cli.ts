import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { EXIT } from '../../core/text/exit-code.js';
import { writeJson } from '../../core/text/write-json.js';
import { loadProject } from '../../project/load.js';
import { describePlan, estimatePlan } from '../../runs/estimates/dry-run.js';
import { configPath } from '../../runs/setup/config-path.js';
import type { StartOptions } from '../../runs/setup/run-options.js';
import type { Selection } from '../../runs/setup/select.js';
import { openOut } from '../../store/out-folder.js';
import { findResumption, openWhole } from '../resume.js';
import { keepShard, reportRun, runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';
import type { EvalFlags } from './eval-flags.js';

/** The eval command: loads, runs, reports. Returns the exit code. */
export async function evaluateFromCli(asked: Selection, given: EvalFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const cwd = given.cwd ?? terminal.cwd();
  const targets = targetsOf(given, 'eval', terminal);
  const resumption = given.resume === undefined ? null : await findResumption(asked, given, resolve(cwd));
  const { selection, flags } = resumption ?? { selection: asked, flags: given };
  const world = { ...realWorld(), env };
  const project = await loadProject({ cwd, config: flags.config, models: flags.model });
  const options: StartOptions = {
    selection,
    mode: flags.replay ? 'replay' : flags.record ? 'record' : 'normal',
    cache: flags.cache,
    concurrency: flags.concurrency ?? null,
    timeoutMs: flags.timeout ?? null,
    maxTimeMs: flags.maxTime ?? null,
    budgetUsd: flags.budget ?? null,
    batch: flags.batch ?? false,
    allowNoGates: flags.allowNoGates ?? false,
    failFast: flags.failFast ?? false,
    baseline: flags.baseline ?? null,
    seed: flags.seed ?? null,
    out: await openOut(project.root, flags.out),
    models: flags.model ?? [],
    config: configPath(project.root, cwd, flags.config),
    shard: flags.shard ?? null,
    past: resumption && { kind: 'resume', manifest: resumption.manifest },
  };
  if (flags.dryRun) {
    const estimate = await estimatePlan(project, options, world);
    stdout.write(flags.json ? `${writeJson(estimate, 2)}\n` : describePlan(estimate));
    return EXIT.pass;
  }

  if (resumption) {
    const { manifest } = resumption;
    const whole = await openWhole(options.out, manifest.runId);
    if (whole) {
      if (!flags.quiet) stderr.write(`Run ${manifest.runId} is finished: there is nothing to go on with.\n`);
      const exitCode = await reportRun(whole.run, targets, flags, terminal);
      await keepShard(whole.folder, manifest, options.out, { flags, terminal });
      return exitCode;
    }
  }
  return runToEnd(project, options, { targets, flags, terminal });
}

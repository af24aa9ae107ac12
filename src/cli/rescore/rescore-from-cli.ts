import { resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import { findRoot } from '../../project/source/files.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { openOut } from '../../store/git/out-folder.js';
import { readManifest } from '../../store/runs/run-folder.js';
import { readRun } from '../../store/runs/runs.js';
import { type JudgeAnewFlags, loadAsked } from '../load-asked.js';
import { runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';

/** The rescore command: scores the outputs of a run anew, judges, reports. Returns the exit code. */
export async function rescoreFromCli(name: string, flags: JudgeAnewFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const out = await openOut(findRoot(cwd), flags.out);
  const targets = targetsOf(flags, 'rescore', terminal);
  const { runId } = (await readRun(out, name)).summary;
  const manifest = await readManifest(out, runId);
  if (!manifest)
    throw new LlmciError('unreadable-run', { run: name, why: 'its outputs are not in the folder for runs' });
  const { asked, project, baseline, protection } = await loadAsked([manifest], cwd, flags, terminal);
  const options: StartOptions = {
    ...runSettingsSchema.parse({ ...asked, mode: 'normal', batch: false, baseline }),
    out,
    shard: null,
    protection,
    past: { kind: 'rescore', runId },
  };
  return runToEnd(project, options, { targets, flags, terminal });
}

import { resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import { loadProject } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { openOut } from '../../store/git/out-folder.js';
import { readManifest } from '../../store/runs/run-folder.js';
import { readRun, wholeName } from '../../store/runs/runs.js';
import { type ProtectionFlags, protectedAs, protectionOf } from '../protection-of.js';
import { runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';

/** The flags of rescore as commander parses them. */
export interface RescoreFlags extends ProtectionFlags {
  readonly reporter?: readonly string[];
  readonly baseline?: string;
  readonly out: string;
  readonly cwd?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The rescore command: scores the outputs of a run anew, judges, reports. Returns the exit code. */
export async function rescoreFromCli(name: string, flags: RescoreFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const out = await openOut(root, flags.out);
  const targets = targetsOf(flags, 'rescore', terminal);
  const { runId } = (await readRun(out, name)).summary;
  const manifest = await readManifest(out, runId);
  if (!manifest)
    throw new LlmciError('unreadable-run', { run: name, why: 'its outputs are not in the folder for runs' });
  const { asked, protect } = manifest;
  const config = asked.config === null ? undefined : resolve(root, asked.config);
  const project = await loadProject({ env: terminal.env, cwd, config, models: asked.models });
  const baseline = flags.baseline === undefined ? asked.baseline : wholeName(cwd, flags.baseline);
  const options: StartOptions = {
    ...runSettingsSchema.parse({ ...asked, mode: 'normal', batch: false, baseline }),
    out,
    shard: null,
    protection: await protectionOf(root, protectedAs(protect ? [protect] : [], flags), terminal.env, asked.config),
    past: { kind: 'rescore', runId },
  };
  return runToEnd(project, options, { targets, flags, terminal });
}

import { resolve } from 'node:path';
import { runSettingsSchema } from '../../model/run-settings.js';
import { loadProject } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { placeNamed } from '../../store/files/places.js';
import { openOut } from '../../store/git/out-folder.js';
import { wholeName } from '../../store/runs/runs.js';
import { openShards } from '../../store/runs/shard-file.js';
import { type ProtectionFlags, protectedAs, protectionOf } from '../protection-of.js';
import { runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';

/** The flags of merge as commander parses them. */
export interface MergeFlags extends ProtectionFlags {
  readonly reporter?: readonly string[];
  readonly baseline?: string;
  readonly out: string;
  readonly cwd?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The merge command: checks the parts of a plan, judges them as one run, reports. Returns the exit code. */
export async function mergeFromCli(files: readonly string[], flags: MergeFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const targets = targetsOf(flags, 'merge', terminal);
  const shards = await openShards(files.map((file) => placeNamed(findRoot(cwd), resolve(cwd, file))));
  try {
    const [{ asked }] = shards.manifests;
    const root = findRoot(cwd);
    const config = asked.config === null ? undefined : resolve(root, asked.config);
    const project = await loadProject({ env: terminal.env, cwd, config, models: asked.models });
    const baseline = flags.baseline === undefined ? asked.baseline : wholeName(cwd, flags.baseline);
    const guarded = shards.manifests.flatMap(({ protect }) => protect ?? []);
    const options: StartOptions = {
      ...runSettingsSchema.parse({ ...asked, failFast: false, baseline }),
      out: await openOut(project.root, flags.out),
      shard: null,
      protection: await protectionOf(root, protectedAs(guarded, flags), terminal.env, asked.config),
      past: { kind: 'merge', shards },
    };
    return await runToEnd(project, options, { targets, flags, terminal });
  } finally {
    await shards.results.close();
  }
}

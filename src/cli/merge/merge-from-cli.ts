import { resolve } from 'node:path';
import { runSettingsSchema } from '../../model/run-settings.js';
import { findRoot } from '../../project/source/files.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { placeNamed } from '../../store/files/places.js';
import { openOut } from '../../store/git/out-folder.js';
import { openShards } from '../../store/runs/shard-file.js';
import { type JudgeAnewFlags, loadAsked } from '../load-asked.js';
import { runToEnd, targetsOf } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';

/** The merge command: checks the parts of a plan, judges them as one run, reports. Returns the exit code. */
export async function mergeFromCli(
  files: readonly string[],
  flags: JudgeAnewFlags,
  terminal: Terminal,
): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const targets = targetsOf(flags, 'merge', terminal);
  const shards = await openShards(files.map((file) => placeNamed(findRoot(cwd), resolve(cwd, file))));
  try {
    const { asked, project, baseline, protection } = await loadAsked(shards.manifests, cwd, flags, terminal);
    const options: StartOptions = {
      ...runSettingsSchema.parse({ ...asked, failFast: false, baseline }),
      out: await openOut(project.root, flags.out),
      shard: null,
      protection,
      past: { kind: 'merge', shards },
    };
    return await runToEnd(project, options, { targets, flags, terminal });
  } finally {
    await shards.results.close();
  }
}

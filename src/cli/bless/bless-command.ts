import type { Configure } from '../command.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[run]', 'the id or folder of a run', 'latest')
    .option('--force', 'bless a run that does not pass')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (name: string, options: { force?: boolean; out: string; cwd?: string }) => {
      const { resolve } = await import('node:path');
      const { findRoot } = await import('../../project/source/files.js');
      const { openOut } = await import('../../store/git/out-folder.js');
      const { blessRun } = await import('../../runs/baselines/bless.js');
      const { wholeName } = await import('../../store/runs/runs.js');
      const cwd = resolve(options.cwd ?? terminal.cwd());
      const root = findRoot(cwd);
      const out = await openOut(root, options.out);
      const lines = await blessRun(root, out, wholeName(cwd, name), options.force);
      terminal.stdout.write(`${lines.join('\n')}\n`);
      exit(0);
    });
};

const HELP = `
Writes evals/SUITE.baseline.json for every suite of the run: its scores, case by
case, without the outputs. Gates with maxDrop and improve compare later runs
with it. Commit it. A run that does not pass is refused, unless all that it
lacks is a baseline; --force blesses it all the same.

Examples:
  $ llmci eval && llmci bless             compare with this run from now on
  $ llmci bless 20260301-142530-x7k2      an earlier run
`;

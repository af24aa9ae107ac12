import type { Configure } from '../command.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<name...>', 'cases by their ids, by prefixes or by globs; before them a run, when it is not the newest')
    .option('--json', 'print the samples as JSON, and nothing else, to standard output')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (names: string[], options) => {
      const { showFromCli } = await import('./show-from-cli.js');
      exit(await showFromCli(names, options, terminal));
    });
};

const HELP = `
Shows every trial of a case in full: the messages as they were sent, the output,
its tool calls, usage, cost and time, every score with its reason, and what the
baseline's run answered, where that run is still kept.

Examples:
  $ llmci show refund-window              of the newest run
  $ llmci show 'refund-*' --json          all cases that a glob fits
  $ llmci show 20260301-142530-x7k2 refund
                                          of an earlier run: refund, or else
                                          the cases that begin with it
`;

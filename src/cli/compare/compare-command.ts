import { Option } from 'commander';
import type { Configure } from '../command.js';
import type { CompareFlags } from './compare-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<a>', 'a run (its id, its folder, a run record, `latest`), a baseline file, or git:REF')
    .argument('[b]', 'what to compare it with')
    .addOption(new Option('--by <what>', 'compare the models, or the prompts, of one run').choices(['model', 'prompt']))
    .option('--html <file>', 'write a page with everything, all outputs included')
    .addOption(new Option('--markdown', 'print Markdown for a pull request').conflicts('json'))
    .option('--json', 'print the comparison as JSON, and nothing else')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (a: string, b: string | undefined, options: CompareFlags) => {
      if (options.by !== undefined && b !== undefined) {
        command.error('error: --by compares the models or prompts of one run; name one run, or leave --by out');
      }
      if (options.by === undefined && b === undefined) {
        command.error(
          'error: name two runs or baselines, or compare the models or prompts of one with --by model or --by prompt',
        );
      }
      const { compareFromCli } = await import('./compare-from-cli.js');
      exit(await compareFromCli(b === undefined ? [a] : [a, b], options, terminal));
    });
};

const HELP = `
Changes are of B against A, over the cases that both have unchanged, paired case
by case.

Examples:
  $ llmci compare 20260301-142530-x7k2 latest
                                          an earlier run with the newest
  $ llmci compare evals/support-reply.baseline.json latest
                                          the committed baseline with it
  $ llmci compare git:main latest --html compare.html
                                          the baselines of a branch; a page
  $ llmci compare latest --by model       its first model with each other one
  $ llmci compare latest --by prompt      its first prompt with each other one,
                                          and with that of another suite which
                                          asks the same cases
  $ llmci compare main.json branch.json --json | jq '.columns[].metrics'

Exit codes (nothing is judged):
  0 compared   2 usage error   3 nothing could be compared
`;

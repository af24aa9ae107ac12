import type { Configure } from '../command.js';
import { dollars, positiveInteger } from '../options.js';
import type { MigrateFlags } from './migrate-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<old>', 'the model that prompts and suites name now, like openai/gpt-6-luna')
    .requiredOption('--to <model>', 'the model that they should name (required)')
    .option(
      '--write',
      'change the files of prompts whose gates all pass on the new model, and the judge when it agrees with people',
    )
    .option('--trials <n>', 'repeat every case this often', positiveInteger)
    .option('--budget <dollars>', 'stop before live calls of both models could cost more than this', dollars)
    .option('--json', 'print what was found as JSON, and nothing else')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (old: string, flags: MigrateFlags) => {
      const { migrateFromCli } = await import('./migrate-from-cli.js');
      exit(await migrateFromCli(old, flags, terminal));
    });
};

const HELP = `
Runs every suite of the prompts that are on one model on both models, case by
case, and says of each prompt whether its gates pass on the new one, what
breaks, what it costs, and how sure that is. First one case of each suite is
sent to the new model: what it refuses is told before anything else is paid for.
A judge is calibrated anew, on the labelled examples of each calibration, and
moves when it agrees with people.

Examples:
  $ llmci migrate openai/gpt-5-mini --to openai/gpt-6-luna --budget 5
  $ llmci migrate openai/gpt-5-mini --to openai/gpt-6-luna --write

Exit codes:
  0 all may move
  1 a gate fails on the new model, it refuses a prompt, or it judges worse
  2 usage error   3 could not tell
`;

import type { Configure } from '../command.js';
import { duration, wholeNumber } from '../options.js';
import type { RunsFlags } from './runs-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[prune]', '`prune` removes old runs; without it they are listed')
    .option('--keep <n>', 'prune: leave this many of the newest (default: 20)', wholeNumber)
    .option('--older-than <time>', 'prune: of the others remove only those that are older, like 30d', duration)
    .option('--dry-run', 'prune: say what would be removed, and remove nothing')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (what: string | undefined, options: RunsFlags) => {
      if (what !== undefined && what !== 'prune')
        command.error(`error: there is no \`llmci runs ${what}\`, only \`prune\``);
      const prunes = options.keep !== undefined || options.olderThan !== undefined || options.dryRun === true;
      if (what === undefined && prunes)
        command.error('error: --keep, --older-than and --dry-run are for llmci runs prune');
      const { listFromCli, pruneFromCli } = await import('./runs-from-cli.js');
      exit(await (what === 'prune' ? pruneFromCli : listFromCli)(options, terminal));
    });
};

const HELP = `
Examples:
  $ llmci runs                            all that are kept, the newest first
  $ llmci runs prune                      remove all but the newest 20
  $ llmci runs prune --keep 5 --older-than 30d --dry-run

A run that is under way is never removed, nor one with an open batch: eval
--resume collects it.
`;

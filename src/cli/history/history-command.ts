import type { Configure } from '../command.js';
import { positiveInteger } from '../options.js';
import type { HistoryFlags } from './history-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[prompt]', 'only of this prompt')
    .option('--in <environment>', 'only in this environment')
    .option('--by <name>', 'only what somebody with this in their name did')
    .option('--since <time>', 'only since a time like 2026-11-28T14:00Z, or so long ago, like 30d')
    .option('--limit <n>', 'at most so many', positiveInteger)
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (prompt: string | undefined, flags: HistoryFlags) => {
      const { historyFromCli } = await import('./history-from-cli.js');
      exit(await historyFromCli(prompt ?? null, flags, terminal));
    });
};

const HELP = `
Who did what when and why, the newest first.

Examples:
  $ llmci history                                   all that has happened
  $ llmci history support-reply --in production --since 30d
`;

import type { Configure } from '../command.js';
import type { BlameFlags } from './blame-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<prompt>', 'the id of the prompt')
    .requiredOption('--in <environment>', 'the environment to look at (required)')
    .option('--at <time>', 'when: a time like 2026-11-28T14:00Z, or how long ago, like 2h (default: now)')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (prompt: string, flags: BlameFlags) => {
      const { blameFromCli } = await import('./blame-from-cli.js');
      exit(await blameFromCli(prompt, flags, terminal));
    });
};

const HELP = `
What was live at a time, since when, who put it there and on which evidence.
Exit code 1 when nothing was.

Example:
  $ llmci blame support-reply --in production --at 2026-11-28T14:00Z
`;

import type { Configure } from '../command.js';
import type { DiffFlags } from './diff-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[what...]', 'up to two states, FROM and TO, and then ids of prompts')
    .option('--case <id>', 'show the messages that a case makes of both sides, too')
    .option('--json', 'print the diff as JSON, and nothing else')
    .option('--markdown', 'print it as Markdown')
    .option('--html <file>', 'write it as a page')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (what: string[], flags: DiffFlags) => {
      const { diffFromCli } = await import('./diff-from-cli.js');
      exit(await diffFromCli(what, flags, terminal));
    });
};

const HELP = `
A state is a commit by any name that git knows, \`index\`, \`working-tree\`, a
release like \`support-reply@3\`, or an environment of llmci.yaml, for what is
live there. FROM is HEAD and TO the working tree unless they are named. Prompts
are compared by what they mean: a file that was only written anew is no change.

Examples:
  $ llmci diff                          what has changed since the last commit
  $ llmci diff main                     what this checkout would change on main
  $ llmci diff v1.2 v1.3 support-reply  one prompt between two tags
  $ llmci diff HEAD index               what is staged
  $ llmci diff production               what would change on what is live there
  $ llmci diff main --case refund-12    the messages as sent for one case
  $ llmci diff main --json | jq '.prompts[] | select(.risk == "high") | .id'

Exit codes (nothing is judged):
  0 compared   2 usage error
`;

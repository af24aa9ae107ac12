import type { Configure } from '../command.js';
import type { AssignFlags } from './assign-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<unit>', 'who asks: a user, a session')
    .requiredOption('--in <environment>', 'the environment to look at (required)')
    .option('--prompt <id>', 'only for this prompt')
    .option('--cohort <name...>', 'as one of these groups, which `include` of a rollout may name')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (unit: string, flags: AssignFlags) => {
      const { assignFromCli } = await import('./assign-from-cli.js');
      exit(await assignFromCli(unit, flags, terminal));
    });
};

const HELP = `
Which release a unit gets of each prompt, and why: every gateway, app and flag
service assigns it so.

Examples:
  $ llmci assign user-4711 --in production
  $ llmci assign user-4711 --in production --prompt support-reply \\
      --cohort qa-team
`;

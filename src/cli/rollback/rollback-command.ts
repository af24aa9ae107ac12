import type { Configure } from '../command.js';
import { gatewayAddress, positiveInteger } from '../options.js';
import type { RollbackFlags } from './rollback-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<prompt>', 'the id of the prompt')
    .requiredOption('--in <environment>', 'the environment to go back in (required)')
    .option(
      '--to <number>',
      'back to this release, which has been live there (default: the one before)',
      positiveInteger,
    )
    .option('--reason <text>', 'why; kept in the ledger')
    .option('--at <url>', 'have the gateway there do it, with the token in LLMCI_ADMIN_TOKEN', gatewayAddress)
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (prompt: string, options: RollbackFlags) => {
      const { rollbackFromCli } = await import('./rollback-from-cli.js');
      exit(await rollbackFromCli(prompt, options, terminal));
    });
};

const HELP = `
Goes back at once to what was live before, whatever policy says, and holds what
it removed: nobody can promote that again until \`llmci unhold\`. During a rollout
it is the candidate that goes.

Examples:
  $ llmci rollback support-reply --in production --reason "answers in French"
  $ llmci rollback support-reply --in production --to 2
  $ llmci rollback support-reply --in production \\
      --at https://prompts.example.com
`;

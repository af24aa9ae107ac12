import type { Configure } from '../command.js';
import type { ValidateFlags } from './validate-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print { valid, root, problems } as JSON')
    .addHelpText('after', HELP)
    .action(async (flags: ValidateFlags) => {
      const { validateFromCli } = await import('./validate-from-cli.js');
      exit(await validateFromCli(flags, terminal));
    });
};

const HELP = `
Checks prompts, thresholds, suites, datasets and llmci.yaml. Every problem is
shown at once as file:line:column  message. Warnings keep nothing from running.
Exit code 0 when all is valid, 2 when not, or when nothing is found.
`;

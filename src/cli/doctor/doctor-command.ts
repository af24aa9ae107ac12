import type { Configure } from '../command.js';
import type { DoctorFlags } from './doctor-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--online', 'ask the services which models they have; costs nothing')
    .option('--out <dir>', 'folder that the cache is in', '.llmci')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (flags: DoctorFlags) => {
      const { doctorFromCli } = await import('./doctor-from-cli.js');
      exit(await doctorFromCli(flags, terminal));
    });
};

const HELP = `
Looks at keys (never at what is in them), models, prompts that nothing judges,
files that are older than what they are of, CI and versions, and says what to do
about each. Exit code 1 when something has to be mended. Nothing is sent without
--online.
`;

import { Option } from 'commander';
import type { Configure } from '../command.js';
import type { ExportFlags } from './export-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<environment>', 'the environment whose live releases are written')
    .addOption(
      new Option('--format <name>', 'json (all that llmci/runtime needs), flagd, ts or dotenv')
        .choices(['json', 'flagd', 'ts', 'dotenv'])
        .default('json'),
    )
    .option('--to <file>', 'write it to this file, whole or not at all (default: standard output)')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (environment: string, flags: ExportFlags) => {
      const { exportFromCli } = await import('./export-from-cli.js');
      exit(await exportFromCli(environment, flags, terminal));
    });
};

const HELP = `
Writes what is live in an environment as one file. The same state always gives
the same text.

Examples:
  $ llmci export production --to prompts.json
                                          for openPrompts of llmci/runtime
  $ llmci export production --format flagd
                                          for flagd and any OpenFeature SDK
  $ llmci export production --format ts --to src/prompts.ts
`;

import type { Configure } from '../command.js';
import type { ReleaseFlags } from './release-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[prompt...]', 'ids of prompts; all whose digest has no release yet when none is given')
    .option('--all', 'all prompts whose digest has no release yet, as without any')
    .option('--note <text>', 'a note, kept with the release')
    .option('--tag', 'make an annotated git tag too, like support-reply@3, signed when git signs')
    .option('--attest <file>', 'write what runs said of the releases as in-toto statements, one a line')
    .option('--dry-run', 'say what would be released, and write nothing')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (prompts: string[], options: ReleaseFlags) => {
      const { releaseFromCli } = await import('./release-from-cli.js');
      exit(await releaseFromCli(prompts, options, terminal));
    });
};

const HELP = `
Freezes prompts under numbers, each with what the newest finished run of exactly
its digest said of it. A release never changes; environments are given releases,
not files.

Examples:
  $ llmci eval && llmci release           what has changed since the last one
  $ llmci release support-reply --note "shorter answers"
`;

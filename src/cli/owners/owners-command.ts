import type { Configure } from '../command.js';
import type { OwnersFlags } from './owners-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--check', 'write nothing; exit 1 when the file is not as it should be')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (flags: OwnersFlags) => {
      const { ownersFromCli } = await import('./owners-from-cli.js');
      exit(await ownersFromCli(flags, terminal));
    });
};

const HELP = `
Writes a line for each prompt with \`owners\`, and for the gates beside it, into
the CODEOWNERS file of the repository: between two marks, and the rest of the
file stays as it is. The file is the one that your code host reads:
.github/CODEOWNERS, CODEOWNERS, docs/CODEOWNERS or .gitlab/CODEOWNERS.

Exit codes:
  0 written, or as it should be   1 --check: it is not   2 a file cannot be used
`;

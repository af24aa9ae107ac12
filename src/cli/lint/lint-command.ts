import type { Configure } from '../command.js';
import type { LintFlags } from './lint-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[files...]', 'show only what is found in these files')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--base <ref>', 'what the change is compared with; in CI it is found')
    .option('--fix', 'write what can be fixed: braces of other languages, hidden characters, blanks')
    .option('--github', 'print annotations for GitHub, too')
    .option('--sarif <file>', 'write a SARIF log, for code scanning')
    .option('--json', 'print { root, errors, warnings, problems } as JSON')
    .addHelpText('after', HELP)
    .action(async (files: string[], flags: LintFlags) => {
      const { lintFromCli } = await import('./lint-from-cli.js');
      exit(await lintFromCli(files, flags, terminal));
    });
};

const HELP = `
Looks for what a schema cannot say: text that other template languages would
fill in, models that retire, schemas that no instruction speaks of, gates that
cannot fail. Sends nothing. docs/reference/lint.md has every rule.

A comment on the line before says that something is meant so, and why:
  # llmci-ignore RULE: reason

Examples:
  $ llmci lint
  $ llmci lint prompts/support-reply.prompt.yaml

Exit codes:
  0 no errors   1 a rule found an error
  2 a file cannot be read as what it is, or usage error
`;

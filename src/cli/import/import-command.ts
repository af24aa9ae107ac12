import { Argument } from 'commander';
import { importers } from '../../importers/index.js';
import type { Configure } from '../command.js';
import type { ImportFlags } from './import-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .addArgument(new Argument('<format>', 'the tool that it comes from').choices(importers.map(({ format }) => format)))
    .argument('<path>', 'a file, or a folder in which to look for them')
    .option('--into <dir>', 'the project to write to; default the one around the current folder')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--json', 'print { root, written, files, report, problems, existing } as JSON')
    .addHelpText('after', HELP)
    .action(async (format: string, path: string, flags: ImportFlags) => {
      const { importFromCli } = await import('./import-from-cli.js');
      exit(await importFromCli(format, path, flags, terminal));
    });
};

const HELP = `
Writes prompts, suites and datasets of llmci for files of other tools, and tells
of every part of the source what has become of it, with its place. Nothing in
the source is run, nothing that exists is overwritten, and what is written
passes \`llmci validate\`, and \`llmci lint\` without errors.

Formats:
${importers.map(({ format, describe }) => `  ${format.padEnd(10)} ${describe}`).join('\n')}

Examples:
  $ llmci import promptfoo promptfooconfig.yaml --dry-run
  $ llmci import promptfoo evals/support/promptfooconfig.yaml
  $ llmci import openai saved-prompt.json
`;

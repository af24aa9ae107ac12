import { Argument } from 'commander';
import { printableJson } from '../../core/text/write-json.js';
import type { Configure } from '../command.js';

const FORMATS = ['prompt', 'thresholds', 'suite', 'config', 'run-record'] as const;

export const configure: Configure = (command, terminal) => {
  command
    .addArgument(new Argument('<format>', 'the file format').choices(FORMATS))
    .addHelpText('after', HELP)
    .action(async (format: (typeof FORMATS)[number]) => {
      const { jsonSchemaOf } = await import('../../project/schemas.js');
      terminal.stdout.write(`${printableJson(jsonSchemaOf(format), 2)}\n`);
    });
};

const HELP = `
Examples:
  $ llmci schema suite > suite.schema.json

The same files are in the package's schemas/ folder. Editors with a YAML
language server read this line at the top:
  # yaml-language-server: $schema=./node_modules/llmci/schemas/suite.schema.json
`;

import type { Command } from 'commander';
import type { Configure } from '../command.js';
import { collect } from '../options.js';
import type { ScoreFlags } from './score-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .requiredOption('--metric <name>', 'a built-in metric, or the path of a module like ./metrics/tone.mjs (required)')
    .option('--param <key=value>', 'a parameter of the metric, its value as in YAML (repeatable)', collect)
    .option('--min <mark>', 'the pass mark: at least this')
    .option('--max <mark>', 'the pass mark: at most this')
    .option('--output <text>', 'the text to score; - reads standard input')
    .option('--expected <text>', 'an accepted answer (repeatable)', collect)
    .option('--prompt <text>', 'what the model was asked, for metrics that look at it')
    .option('--file <file>', 'score every row of a JSONL, CSV, JSON or YAML file')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print the scores as JSON, one a line')
    .addHelpText('after', HELP)
    .action(async (options: ScoreFlags) => {
      checkFlags(options, command);
      const { scoreFromCli } = await import('./score-from-cli.js');
      exit(await scoreFromCli(options, terminal));
    });
};

function checkFlags({ output, file, expected }: ScoreFlags, command: Command): void {
  if ((output === undefined) === (file === undefined)) command.error('error: give either --output or --file');
  if (file !== undefined && expected) command.error('error: with --file, expected is a column of the file');
}

const HELP = `
Examples:
  $ llmci score --metric semantic --expected "Returns within 30 days." \\
      --output "Send it back within a month."
  $ llmci score --metric contains --param 'any=[30 days, a month]' \\
      --output "within a month"
  $ my-bot "Can I return shoes?" |
      llmci score --metric length --param of=words --max 60 --output -
  $ llmci score --metric ./metrics/tone.mjs --file outputs.jsonl --json

Rows of a file have the columns output, expected, vars and tags; without vars,
all others are the variables.

Exit codes:
  0 scored, and every pass mark met or none given   1 a pass mark missed
  2 usage error   3 a score could not be computed
`;

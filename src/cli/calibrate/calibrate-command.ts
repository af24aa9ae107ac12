import type { Command } from 'commander';
import type { Configure } from '../command.js';
import { collect } from '../options.js';
import type { CalibrateFlags } from './calibrate-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[metric]', 'the id of a metric of a suite, a built-in metric, or the path of a module')
    .requiredOption('--data <file>', 'labelled examples: JSONL, CSV, JSON or YAML (required)')
    .requiredOption('--label <column>', 'the column of what people say (required)')
    .option('--positive <label>', 'a label of good outputs, or a bound like ">=4" (repeatable)', collect)
    .option('--output <column>', 'the column of the outputs', 'output')
    .option('--predicted <column>', 'compare this column with the labels, in place of running a metric')
    .option('--suite <id>', 'the suite whose metric is meant, when several have one of this id')
    .option('--param <key=value>', 'a parameter of the metric, its value as in YAML (repeatable)', collect)
    .option('--write', 'keep the result as evals/METRIC.calibration.json, for gates that ask for it')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (metric: string | undefined, options: CalibrateFlags) => {
      checkFlags(metric, options, command);
      const { calibrateFromCli } = await import('./calibrate-from-cli.js');
      exit(await calibrateFromCli(metric ?? null, options, terminal));
    });
};

function checkFlags(metric: string | undefined, { predicted, write }: CalibrateFlags, command: Command): void {
  if ((metric === undefined) === (predicted === undefined))
    command.error('error: name either a metric, which is run, or --predicted, a column that is there already');
  if (predicted !== undefined && write) command.error('error: --write keeps what a metric said; --predicted runs none');
}

const HELP = `
Examples:
  $ llmci calibrate tone --data labelled.csv --label human --write
  $ llmci calibrate semantic --param text="Refunds take 5 days." \\
      --data labelled.jsonl --label rating --positive ">=4"
  $ llmci calibrate --data judged.csv --label human \\
      --predicted judge --positive good

Rows have the columns output and expected; all others are the variables. Shown:
agreement, Cohen's kappa, sensitivity and specificity with their intervals; for
a metric also the area under the curve, the best mark, and the worst
disagreements.

Exit codes:
  0 measured   2 usage error
  3 a score could not be computed: then nothing is written
`;

import type { Configure } from '../command.js';
import { collectNames, positiveInteger } from '../options.js';
import type { PlanFlags } from './plan-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[suite...]', 'ids or files of suites; all when none is given', collectNames)
    .option('--tag <tag>', 'only cases with this tag (repeatable: any of them)', collectNames)
    .option('--case <id>', 'only the case with this id (repeatable)', collectNames)
    .option('--model <provider/model>', 'use this model in place of those in the files (repeatable)', collectNames)
    .option('--trials <n>', 'repeat every case this often', positiveInteger)
    .option('--concurrency <n>', 'requests in flight at once, for each provider', positiveInteger)
    .option('--no-cache', 'plan without the cache of earlier answers')
    .option('--out <dir>', 'folder for runs and the cache', '.llmci')
    .option(
      '--baseline <name>',
      'take the noise of git:REF, a run, or a baseline file (default: the committed baselines)',
    )
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print { columns, time, gates, notes } as JSON')
    .addHelpText('after', HELP)
    .action(async (suites: string[], options: PlanFlags) => {
      const { planFromCli } = await import('./plan-from-cli.js');
      exit(await planFromCli(suites, options, terminal));
    });
};

const HELP = `
Sends nothing. Shows the calls, their tokens, cost and time, and for each gate
where it fails in 4 of 5 builds, whether it sees its own margin, and how many
cases or trials it would need to.

Examples:
  $ llmci plan                            all suites
  $ llmci plan support-reply --trials 3   with three trials a case
  $ llmci plan --baseline latest          with the noise of the newest run
`;

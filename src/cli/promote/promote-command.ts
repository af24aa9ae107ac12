import { isBlank } from '../../model/blank.js';
import type { Configure } from '../command.js';
import type { PromoteFlags } from './promote-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[release...]', 'releases like support-reply@3; a prompt without a number is its newest')
    .requiredOption('--to <environment>', 'the environment in which they are to be live (required)')
    .option('--all', 'the newest release of every prompt, or with --from all that is live there')
    .option('--from <environment>', 'with --all: where from')
    .option('--note <text>', 'a note, kept in the ledger')
    .option(
      '--override',
      'go over what the environment asks for, where its `override` names you; needs --reason, and stays in the ledger',
    )
    .option('--reason <text>', 'with --override: why; needed then')
    .option('--force', 'begin a rollout that the usual traffic cannot bring to its end in time')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (names: string[], options: PromoteFlags) => {
      if (options.override === true && isBlank(options.reason ?? ''))
        command.error('error: --override needs --reason TEXT');
      if (options.reason !== undefined && options.override !== true)
        command.error('error: --reason goes with --override');
      if ((options.all === true) === names.length > 0) command.error('error: name releases, or give --all');
      if (options.from !== undefined && options.all !== true) command.error('error: --from goes with --all');
      const { promoteFromCli } = await import('./promote-from-cli.js');
      exit(await promoteFromCli(names, options, terminal));
    });
};

const HELP = `
Puts releases into an environment, all of them or none: at once, or by starting
the rollout that llmci.yaml has for it. Exit code 1 when its policy says no;
then every reason is told, with what would make it a yes. A rollout says for
each live gate how many calls it needs, and how long that takes at the traffic
that gateways have counted.

Examples:
  $ llmci promote support-reply@3 --to staging
  $ llmci promote --all --from staging --to production
  $ llmci promote support-reply --to production --override \\
      --reason "the vendor is down"
`;

import { InvalidArgumentError } from 'commander';
import { isBlank } from '../../model/blank.js';
import { parseQuantity } from '../../model/written-quantity.js';
import type { Configure } from '../command.js';
import { gatewayAddress } from '../options.js';
import type { RolloutFlags } from './rollout-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<environment>', 'the environment whose rollout is meant')
    .argument('[what]', 'pause, resume, complete or abort; without it, and without --weight, where it stands')
    .option('--weight <share>', 'the share of units that get the candidate, like 10%', share)
    .option(
      '--explain',
      'compute the last decision of its live gates again, from the counts in the ledger; exit code 1 when it differs',
    )
    .option('--prompt <id>', 'the prompt whose rollout is meant, where several are under way')
    .option('--reason <text>', 'why; kept in the ledger')
    .option('--force', 'with complete: end it although live gates have not passed; needs --reason')
    .option(
      '--at <url>',
      'have the gateway (`llmci serve`) at this address tell or do it, with the token in LLMCI_ADMIN_TOKEN',
      gatewayAddress,
    )
    .option('--out <dir>', 'folder in which gateways keep their counts', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (environment: string, what: string | undefined, flags: RolloutFlags) => {
      if (what !== undefined && !['pause', 'resume', 'complete', 'abort'].includes(what))
        command.error(
          `error: there is no \`llmci rollout ${environment} ${what}\`, only pause, resume, complete and abort`,
        );
      if (what !== undefined && flags.weight !== undefined) command.error(`error: ${what} takes no --weight`);
      if (flags.force && (what !== 'complete' || isBlank(flags.reason ?? '')))
        command.error('error: --force goes with complete, and needs --reason TEXT');
      if (flags.explain && (what !== undefined || flags.weight !== undefined))
        command.error('error: --explain shows a decision and changes nothing: leave out the rest');
      if (flags.at !== undefined && flags.explain)
        command.error('error: --explain reads the ledger, where that can be reached: leave out --at');
      const { rolloutFromCli } = await import('./rollout-from-cli.js');
      exit(await rolloutFromCli(environment, what as 'pause' | undefined, flags, terminal));
    });
};

function share(value: string): number {
  const quantity = parseQuantity(value);
  const isShare = quantity?.unit === 'percent' || quantity?.unit === null;
  if (!isShare || quantity.value < 0 || quantity.value > 1)
    throw new InvalidArgumentError('It must be a share like 10% or 0.1.');
  return quantity.value;
}

const HELP = `
Without a word it shows where the rollout stands: each live gate, what was
found, and how many calls it still needs. pause and resume stop it and let it go
on. complete makes the candidate live, abort takes it away: what is live stays.

Examples:
  $ llmci rollout production               where the rollout stands
  $ llmci rollout production --explain     why its gates decided as they did
  $ llmci rollout production --weight 10%  the candidate for a tenth of units
  $ llmci rollout production complete      live, when its gates have passed
  $ llmci rollout production --at https://prompts.example.com
  $ llmci rollout production pause --at https://prompts.example.com
  $ llmci rollout production abort         what is live stays; nothing is held
`;

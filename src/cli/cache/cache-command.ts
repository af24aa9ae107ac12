import { Argument } from 'commander';
import type { Configure } from '../command.js';
import { bytes, duration } from '../options.js';
import type { CacheAction, CacheFlags } from './cache-from-cli.js';

const ACTIONS: readonly CacheAction[] = ['stats', 'prune', 'clear'];

export const configure: Configure = (command, terminal, exit) => {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
    .option('--older-than <time>', 'prune: remove what is older, like 30d; default the ttl of llmci.yaml', duration)
    .option('--max-size <size>', 'prune: remove the oldest until no more than this is left, like 500MB', bytes)
    .option('--out <dir>', 'folder that the cache is in', '.llmci')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (action: CacheAction, flags: CacheFlags) => {
      if (action !== 'prune' && (flags.olderThan ?? flags.maxSize) !== undefined)
        command.error(`error: --older-than and --max-size are for prune, not for ${action}`);
      const { cacheFromCli } = await import('./cache-from-cli.js');
      exit(await cacheFromCli(action, flags, terminal));
    });
};

const HELP = `
stats   what is in it: entries and bytes of answers and vectors, the oldest and
        the newest
prune   removes what is too old or too much, and what killed processes left over
clear   removes it all

Nothing in the cache is needed: what is not there is asked for, and paid for,
again. Cassettes and runs are no part of it.

Examples:
  $ llmci cache stats
  $ llmci cache prune                     what is older than the ttl
  $ llmci cache prune --older-than 30d --max-size 500MB
  $ llmci cache clear --out /tmp/llmci
`;

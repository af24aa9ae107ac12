import { Argument, InvalidArgumentError } from 'commander';
import { callSources } from '../../cases/index.js';
import type { Configure } from '../command.js';
import { collect } from '../options.js';
import type { CasesFlags } from './cases-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .addArgument(new Argument('<source>', 'what it is').choices(callSources.map(({ name }) => name)))
    .argument('<path>', 'a file, or a folder of them')
    .requiredOption('--to <file>', 'the dataset to write, a new .jsonl file of the project (required)')
    .option('--where <condition>', 'which calls; all conditions have to hold (repeatable)', collect)
    .option('--limit <number>', 'how many cases at most', readLimit, 50)
    .option('--stratify <field>', 'take from each value of it in turn, so that rare ones are there')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (source: string, path: string, flags: CasesFlags) => {
      const { casesFromCli } = await import('./cases-from-cli.js');
      exit(await casesFromCli(source, path, flags, terminal));
    });
};

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('from 1 to 10000');
}

const HELP = `
Turns live calls into rows of a dataset: personal data and keys masked, without
those that ask nearly the same, each with where it comes from. Writes one new
file and nothing else; look at it, say what you expect, and put it into a suite.

Sources:
${callSources.map(({ name, describe }) => `  ${name.padEnd(10)} ${describe}`).join('\n')}

Conditions:
  failed, all              something was wrong with the answer; every call (the
                           default)
  NAME=TEXT, NAME!=TEXT    prompt, release, digest, environment, arm, rollout,
                           model, error, finish, day, vars.NAME
  NAME<NUMBER, <=, >, >=   latency, cost, feedback, or a metric that has scored
                           the call

Examples:
  $ llmci cases traffic .llmci/traffic/production --where failed \\
      --where prompt=support-reply --to evals/found.jsonl
  $ llmci cases otlp traces.jsonl --where 'latency>4s' --limit 20 \\
      --to evals/slow.jsonl
  $ llmci cases langfuse export.json --where 'helpfulness<0.5' \\
      --stratify prompt --to evals/unhelpful.jsonl
`;

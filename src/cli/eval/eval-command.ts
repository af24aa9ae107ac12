import type { Command } from 'commander';
import type { Configure } from '../command.js';
import {
  checkPrinted,
  collect,
  collectNames,
  dollars,
  duration,
  partOf,
  positiveInteger,
  wholeNumber,
} from '../options.js';
import type { EvalFlags } from './eval-flags.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[suite...]', 'ids or files of suites; all when none is given', collectNames)
    .option('--tag <tag>', 'only cases with this tag (repeatable: any of them)', collectNames)
    .option(
      '--case <name>',
      'only the case with this id, or those that a prefix or a glob fits (repeatable)',
      collectNames,
    )
    .option('--failed [run]', 'only the cases that failed or got no answer in a run (default: the newest)')
    .option('--affected', 'only the suites that the change since the base can touch; in doubt all')
    .option('--base <ref>', 'what the change is compared with (default: the branch that the pull request goes into)')
    .option(
      '--trusted <ref>',
      'judge prompts and datasets of this working tree, as data, by all else of a commit that is trusted',
    )
    .option('--model <provider/model>', 'use this model in place of those in the files (repeatable)', collectNames)
    .option('--trials <n>', 'repeat every case this often', positiveInteger)
    .option('--concurrency <n>', 'requests in flight at once, for each provider', positiveInteger)
    .option('--timeout <time>', 'time limit of one request, like 60s', duration)
    .option(
      '--max-time <time>',
      'deadline of the run, like 20m: what is not done by then is left out (exit 3)',
      duration,
    )
    .option('--budget <dollars>', 'stop before live calls could cost more than this', dollars)
    .option('--batch', 'have the services answer in batches: half the price, within 24 hours')
    .option('--dry-run', 'print the plan with its estimated cost; send nothing')
    .option('--record', "call what is not recorded and keep the answers in the suites' cassettes")
    .option('--replay', 'answer from cassettes only; what is not recorded is an error (exit 3)')
    .option('--no-cache', 'neither read nor write the cache of earlier answers')
    .option(
      '--reporter <name[=file]>',
      'also write this report: console, github, gitlab, html, in-toto, json, junit, markdown, sarif; - is standard output (repeatable)',
      collect,
    )
    .option('--out <dir>', 'folder for runs and the cache', '.llmci')
    .option(
      '--baseline <name>',
      'compare with git:REF, a run, or a baseline file (default: the committed baselines; in a pull request those of its base)',
    )
    .option(
      '--protect',
      'fail when the change weakens or alters what judges it (gates, marks, cases, baselines, judges) and nobody has signed that off',
    )
    .option('--seed <n>', 'repeat with other random choices; without it they are always the same', wholeNumber)
    .option('--fail-fast', 'start nothing new after the first sample that fails')
    .option(
      '--confirm',
      'ask newly broken cases again, with the prompt of today and that of the baseline, before they are blamed',
    )
    .option('--allow-no-gates', 'run suites that have no gates, and so cannot fail')
    .option(
      '--resume [run]',
      'go on with a run that was cut short (default: the newest); no other flag need be repeated',
    )
    .option('--shard <i/n>', 'run one of n even parts of the plan and write it to a file for `llmci merge`', partOf)
    .option('--shard-file <file>', 'where the part goes (default: shards/I-of-N.jsonl in the folder for runs)')
    .option('--all-projects', 'run every project at and below this folder; the exit code that weighs most counts')
    .option('--watch', 'stay, and run again what a changed file touches; Enter, a, f and q do what the screen says')
    .option('--config <file>', 'a configuration other than llmci.yaml')
    .option('--cwd <dir>', 'work in this folder')
    .option('--quiet', 'print the verdict only')
    .option('--json', 'print the run record as JSON, and nothing else, to standard output')
    .addHelpText('after', HELP)
    .action(async (suites: string[], options: EvalFlags) => {
      checkFlags(options, command);
      if (options.affected && suites.length > 0)
        command.error('error: --affected chooses the suites; leave out their names');
      if (options.allProjects && (suites.length > 0 || options.resume || options.shard || options.json))
        command.error('error: --all-projects runs all suites of each: leave out suites, --resume, --shard and --json');
      if (options.allProjects) {
        const { evaluateAllProjects } = await import('./evaluate-all-projects.js');
        return exit(await evaluateAllProjects(options, terminal));
      }
      if (options.watch) {
        const { watchSuites } = await import('./watch/watch-suites.js');
        return exit(await watchSuites(suites, options, terminal));
      }
      const { evaluateFromCli } = await import('./evaluate-from-cli.js');
      exit(await evaluateFromCli(suites, options, terminal));
    });
};

function checkFlags(options: EvalFlags, command: Command): void {
  checkWatch(options, command);
  if (options.affected && (options.resume || options.failed !== undefined))
    command.error('error: --affected chooses the suites of a new run; leave out --resume and --failed');
  const untrusted = Object.entries({
    '--resume': options.resume,
    '--failed': options.failed,
    '--affected': options.affected,
    '--record': options.record,
    '--replay': options.replay,
    '--shard': options.shard,
    '--baseline': options.baseline,
    '--batch': options.batch,
    '--all-projects': options.allProjects,
  }).flatMap(([flag, value]) => (value === undefined ? [] : flag));
  if (options.trusted !== undefined && untrusted.length > 0)
    command.error(
      `error: --trusted reads nothing of the working tree but prompts and datasets; leave out ${untrusted.join(', ')}`,
    );
  if (options.protect && options.trusted !== undefined)
    command.error('error: --trusted takes gates, marks and baselines from the base, so there is nothing to --protect');
  if (options.failed !== undefined && (options.case !== undefined || options.resume || options.allProjects))
    command.error('error: --failed says which cases to run; leave out --case, --resume and --all-projects');
  if (options.record && options.replay)
    command.error('error: --record makes live calls and --replay forbids them; use one');
  if (options.batch && options.replay) command.error('error: --batch makes calls and --replay forbids them; use one');
  if (options.confirm && options.shard)
    command.error(
      'error: a part of a plan has no newly broken cases: gates and cases are judged by llmci merge; leave out --confirm',
    );
  if (options.dryRun && (options.resume || options.shard))
    command.error('error: --dry-run tells what a whole run would do; leave out --resume and --shard');
  if (options.shardFile !== undefined && !options.shard && !options.resume)
    command.error('error: --shard-file is for a run with --shard');
  checkPrinted(options, command);
}

/** A watch asks again and again: what is for one run, or would pay each time for what has not changed, is not for it. */
function checkWatch(options: EvalFlags, command: Command): void {
  if (!options.watch) return;
  const unfit = Object.entries({
    '--affected': options.affected,
    '--trusted': options.trusted,
    '--batch': options.batch,
    '--dry-run': options.dryRun,
    '--record': options.record,
    '--no-cache': !options.cache,
    '--confirm': options.confirm,
    '--resume': options.resume,
    '--shard': options.shard,
    '--all-projects': options.allProjects,
    '--json': options.json,
  }).flatMap(([flag, value]) => (value ? [flag] : []));
  if (unfit.length > 0)
    command.error(
      `error: --watch runs again what a change touches, and the cache answers the rest; leave out ${unfit.join(', ')}`,
    );
}

const HELP = `
Examples:
  $ llmci eval                             all suites
  $ llmci eval support-reply --tag refund  one suite, cases tagged refund
  $ llmci eval --affected --base main      suites that the change can touch
  $ llmci eval --watch                     again whenever a file changes
  $ llmci eval --failed                    what failed in the newest run
  $ llmci eval --model openai/gpt-6-sol --model anthropic/claude-sonnet-5-5
                                           two models, one column each
  $ llmci eval --confirm                   newly broken: the prompt, or chance?
  $ llmci eval --dry-run                   what would be sent, and its cost
  $ llmci eval --record                    call and record what is not recorded
  $ llmci eval --batch                     at half the price, within a day
  $ llmci eval --replay --reporter junit=report.xml
                                           in CI, without keys or network
  $ llmci eval --resume                    go on with a run that was cut short
  $ llmci eval --shard 2/4                 the second of four machines

Exit codes:
  0 all gates pass   1 a gate failed   2 usage or configuration error
  3 could not judge (provider down, recording missing, budget spent, no case,
    inconclusive)
  130 interrupted   143 terminated
`;

import type { Configure } from '../command.js';
import type { JudgeAnewFlags } from '../load-asked.js';
import { checkPrinted, collect } from '../options.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[run]', 'the id of a run that is kept; default the newest')
    .option(
      '--reporter <name[=file]>',
      'also write this report: console, github, gitlab, html, in-toto, json, junit, markdown, sarif (repeatable)',
      collect,
    )
    .option('--baseline <name>', 'compare with git:REF, a run, or a baseline file (default: the committed baselines)')
    .option('--base <ref>', 'what the change is compared with (default: the branch that the pull request goes into)')
    .option('--protect', 'fail when the change weakens or alters what judges it and nobody has signed that off')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--quiet', 'print the verdict only')
    .option('--json', 'print the run record as JSON, and nothing else, to standard output')
    .addHelpText('after', HELP)
    .action(async (run: string | undefined, options: JudgeAnewFlags) => {
      checkPrinted(options, command);
      const { rescoreFromCli } = await import('./rescore-from-cli.js');
      exit(await rescoreFromCli(run ?? 'latest', options, terminal));
    });
};

const HELP = `
Makes a new run of the outputs of another: every metric is computed again and
the gates are judged. So you can change metrics, pass marks, expected answers
and gates without calling a model or an app. Judges are asked, where a metric
needs one. A sample whose prompt or variables have changed since has no output
here, and counts as not evaluated.

Examples:
  $ llmci rescore                         the newest run, by the files of today
  $ llmci rescore 20260301-142530-x7k2 --reporter html=report.html

The exit code is the verdict, as with llmci eval.
`;

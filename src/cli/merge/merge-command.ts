import type { Configure } from '../command.js';
import type { JudgeAnewFlags } from '../load-asked.js';
import { checkPrinted, collect } from '../options.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<file...>', 'the files of all parts of one plan, as `llmci eval --shard i/n` writes them')
    .option(
      '--reporter <name[=file]>',
      'also write this report: console, github, gitlab, html, in-toto, json, junit, markdown, sarif; - is standard output (repeatable)',
      collect,
    )
    .option(
      '--baseline <name>',
      'compare with git:REF, a run, or a baseline file, in place of what the parts were given',
    )
    .option('--base <ref>', 'what the change is compared with (default: the branch that the pull request goes into)')
    .option('--protect', 'fail when the change weakens or alters what judges it and nobody has signed that off')
    .option('--out <dir>', 'folder for runs', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .option('--quiet', 'print the verdict only')
    .option('--json', 'print the run record as JSON, and nothing else, to standard output')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: JudgeAnewFlags) => {
      checkPrinted(options, command);
      const { mergeFromCli } = await import('./merge-from-cli.js');
      exit(await mergeFromCli(files, options, terminal));
    });
};

const HELP = `
Checks that the files are the parts of one plan, all there, none twice, made of
the files as they are here. Then judges the gates on the samples of all parts,
as if one machine had run them, and keeps a run like any other. Calls nothing.

Examples:
  $ llmci eval --shard 1/2                          on one machine
  $ llmci eval --shard 2/2                          on another
  $ llmci merge shards/*.jsonl                      with the files of both
  $ llmci merge shards/*.jsonl --reporter junit=report.xml --baseline git:main

Exit codes: those of llmci eval; 3 when the files are not the parts of one plan.
`;

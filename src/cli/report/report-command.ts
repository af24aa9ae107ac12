import type { Configure } from '../command.js';
import { collect } from '../options.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<run>', 'the id or folder of a run, or `latest`')
    .option(
      '--reporter <name[=file]>',
      'the report: console (default), github, gitlab, html, in-toto, json, junit, markdown, sarif (repeatable)',
      collect,
    )
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (name: string, options: { reporter?: readonly string[]; out: string; cwd?: string }) => {
      const { resolve } = await import('node:path');
      const { findRoot } = await import('../../project/source/files.js');
      const { openOut } = await import('../../store/git/out-folder.js');
      const { readRun, wholeName } = await import('../../store/runs/runs.js');
      const { parseReporters, writeReports } = await import('../write-reports.js');
      const { showError } = await import('../show-error.js');
      const cwd = resolve(options.cwd ?? terminal.cwd());
      const targets = parseReporters(options.reporter ?? ['console'], { command: 'report', folder: cwd });
      const run = await readRun(await openOut(findRoot(cwd), options.out), wholeName(cwd, name));
      const failures = await writeReports(run, targets, terminal);
      for (const failure of failures) exit(showError(failure, terminal));
    });
};

const HELP = `
Examples:
  $ llmci report latest                   the newest run, in the terminal
  $ llmci report 20260301-142530-x7k2 --reporter markdown=report.md
  $ llmci report latest --reporter json | jq .verdict

The exit code says whether the reports could be written, not what the verdict
was.
`;

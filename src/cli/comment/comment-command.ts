import type { Configure } from '../command.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('[run]', 'the id or folder of a run, or the file of a run record; default the newest')
    .option('--dry-run', 'print the comment; send nothing')
    .option('--link <url>', 'where the whole report is (default: the page of the CI run)')
    .option('--delete-on-pass', 'take the comment away when the run passes')
    .option('--only-on-change', 'make no comment for a run that passes; one that is there is still brought up to date')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (run: string | undefined, options) => {
      const { commentFromCli } = await import('./comment-from-cli.js');
      exit(await commentFromCli(run ?? 'latest', options, terminal));
    });
};

const HELP = `
Posts one comment on the pull request that CI runs for, or brings the one that
is there up to date: GitHub, GitLab, Bitbucket and Azure DevOps, with the token
that the environment gives (GITHUB_TOKEN, GITLAB_TOKEN, BITBUCKET_TOKEN,
SYSTEM_ACCESSTOKEN).

Examples:
  $ llmci comment                         the newest run, after llmci eval
  $ llmci comment --dry-run               see it first
  $ llmci comment --link "$REPORT_URL" --delete-on-pass

The exit code is 0 also when the comment could not be posted, which is told on
stderr: the verdict is that of llmci eval.
`;

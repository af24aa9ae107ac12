import type { Configure } from '../command.js';
import type { ReviewFlags } from './review-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--base <ref>', 'what the change is compared with (default: the target branch that CI tells)')
    .option('--run <run>', 'the run that judges it (default: the newest of these prompts)')
    .option('--require-signoff', 'exit 1 while a change lacks the sign-offs that llmci.yaml asks for')
    .option('--post', 'put it into the one comment on the pull request')
    .option('--json', 'print the review as JSON, and nothing else')
    .option('--markdown', 'print it as Markdown')
    .option('--out <dir>', 'folder that the runs are kept in', '.llmci')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (flags: ReviewFlags) => {
      const { reviewFromCli } = await import('./review-from-cli.js');
      exit(await reviewFromCli(flags, terminal));
    });
};

const HELP = `
What a change does to the prompts and to the rules that judge them, how risky
that is, what a run says of it, who has to sign it off and who has. Signatures
are the approving reviews of the pull request on GitHub and GitLab
(GITHUB_TOKEN, GITLAB_TOKEN), elsewhere trailers of commits: Signed-off-prompt:
DIGEST. An edit after it voids a signature.

Examples:
  $ llmci review --base main
  $ llmci review --require-signoff --post      in the CI of a pull request
  $ llmci review --base main --json | jq '.signOff.items[] | {id, risk, signed}'

Exit codes:
  0 reviewed   1 --require-signoff: sign-offs are missing or cannot be read
  2 usage error, or a file cannot be read
`;

import { Option } from 'commander';
import { printable } from '../../core/text/printable.js';
import type { Configure } from '../command.js';
import { CI_SYSTEMS, type CiSystem } from './ci-system.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .addOption(new Option('--ci <system>', 'the workflow to add; found out unless given').choices(CI_SYSTEMS))
    .option('--keyless', 'a workflow without a key: it shows the identity of the job (auth: oidc)')
    .option('--delivery', 'environments too, and a workflow that releases what is merged')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (options: { ci?: CiSystem; keyless?: boolean; delivery?: boolean; cwd?: string }) => {
      const { initProject } = await import('./init.js');
      const { describeInit, describeTakeovers } = await import('./describe.js');
      const { findTakeovers } = await import('./takeovers.js');
      const { resolve } = await import('node:path');
      const folder = resolve(terminal.cwd(), options.cwd ?? '.');
      const wishes = { keyless: options.keyless ?? false, delivery: options.delivery ?? false };
      const report = await initProject(folder, options.ci ?? null, wishes, terminal.env);
      const { columns } = terminal.stdout;
      terminal.stdout.write(describeInit(report, folder, columns));
      terminal.stdout.write(printable(describeTakeovers(await findTakeovers(report.root), columns)));
      if (wishes.delivery) {
        const { addDelivery, describeDelivery } = await import('./delivery.js');
        terminal.stdout.write(describeDelivery(await addDelivery(report, wishes.keyless), columns));
      }
      if (report.failure) {
        const { showError } = await import('../show-error.js');
        exit(showError(report.failure, terminal));
      }
    });
};

const HELP = `
Makes what is missing: a prompt with its gates, a suite, sample answers that it
can be run with offline, a baseline of them, llmci.yaml, a line for .llmci/ in
.gitignore, and workflows for your CI system: one that judges changes and
refreshes the baseline, one that asks the models live every night. Files that
exist are kept as they are, and named. The prompt is for OpenAI, or for
Anthropic where only ANTHROPIC_API_KEY is set.

Prompts of other tools and calls of models in the code are named with the
command that takes them over; nothing is run.

Examples:
  $ llmci init
  $ llmci init --ci gitlab
  $ llmci init --ci github --keyless
  $ llmci init --delivery
`;

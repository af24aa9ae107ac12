import type { Configure } from '../command.js';

interface StatusFlags {
  readonly cwd?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--cwd <dir>', 'work in this folder')
    .option('--markdown', 'print Markdown, for a wiki or a job summary')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (flags: StatusFlags) => {
      if (flags.json && flags.markdown) command.error('error: --json and --markdown do not go together');
      const { EXIT } = await import('../../core/text/exit-code.js');
      const { printable } = await import('../../core/text/printable.js');
      const { readStatus } = await import('../../release/status.js');
      const { withDelivery } = await import('../open-delivery.js');
      const { markdownOfStatus, statusToJson, textOfStatus } = await import('./status-text.js');
      await withDelivery(flags.cwd, terminal, async (delivery) => {
        const status = await readStatus(delivery);
        const width = terminal.stdout.columns ?? 80;
        const text = flags.json
          ? statusToJson(status)
          : flags.markdown
            ? markdownOfStatus(status)
            : textOfStatus(status, width);
        terminal.stdout.write(printable(`${text}\n`));
        exit(status.environments.some(({ fault }) => fault !== null) ? EXIT.error : EXIT.pass);
      });
    });
};

const HELP = `
What is live where, since when, by whom, on which evidence; rollouts and holds;
and what does not go together: prompts that have changed since their last
release, environments behind others, evidence that is too old. Exit code 3 when
a ledger cannot be believed.
`;

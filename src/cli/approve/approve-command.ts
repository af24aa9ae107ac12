import type { Configure } from '../command.js';

interface ApproveFlags {
  readonly for: string;
  readonly note?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<release>', 'like support-reply@3; a prompt without a number is its newest')
    .requiredOption('--for <environment>', 'the environment that it may go to (required)')
    .option('--note <text>', 'a note, kept in the ledger')
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: ApproveFlags) => {
      const { count } = await import('../../core/text/format.js');
      const { nameOfRelease } = await import('../../core/releases/decision.js');
      const { printable } = await import('../../core/text/printable.js');
      const { printableJson } = await import('../../core/text/write-json.js');
      const { approve } = await import('../../release/approve.js');
      const { findRelease } = await import('../../release/find-releases.js');
      const { wrapLines } = await import('../../reporters/layout/layout.js');
      const { whoAnswers, withDelivery } = await import('../open-delivery.js');
      await withDelivery(flags.cwd, terminal, async (delivery) => {
        const release = await findRelease(delivery.store, name);
        const by = await whoAnswers(delivery, terminal);
        const approved = await approve(delivery, release, flags.for, by, flags.note ?? null);
        const { risk, approvers, needed, replaces } = approved;
        const instead = replaces === null ? 'where nothing is live' : `in place of ${nameOfRelease(replaces)}`;
        const text = `${by.name} approved ${nameOfRelease(release)} for ${flags.for}, ${instead}: ${risk} risk, ${approvers.length} of ${count(needed, 'approval')}`;
        const told = flags.json ? printableJson(approved, 2) : wrapLines(text, terminal.stdout.columns);
        terminal.stdout.write(printable(`${told}\n`));
      });
      exit(0);
    });
};

const HELP = `
A yes to a release in place of what is live there now. It ends when either
changes, and is not for its author to give. Who you are is told by the CI
system, or by git; where releases/allowed_signers is there, by your signature.

Example:
  $ llmci approve support-reply@3 --for production
`;

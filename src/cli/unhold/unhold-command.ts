import { isBlank } from '../../model/blank.js';
import type { Configure } from '../command.js';

interface UnholdFlags {
  readonly in: string;
  readonly reason: string;
  readonly cwd?: string;
}

export const configure: Configure = (command, terminal, exit) => {
  command
    .argument('<release>', 'like support-reply@3')
    .requiredOption('--in <environment>', 'the environment in which it is held (required)')
    .requiredOption('--reason <text>', 'why it may be promoted again; goes into the ledger (required)')
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: UnholdFlags) => {
      if (isBlank(flags.reason)) command.error('error: --reason needs a text');
      const { nameOfRelease } = await import('../../core/releases/decision.js');
      const { printable } = await import('../../core/text/printable.js');
      const { findRelease } = await import('../../release/find-releases.js');
      const { unhold } = await import('../../release/holds.js');
      const { whoAnswers, withDelivery } = await import('../open-delivery.js');
      await withDelivery(flags.cwd, terminal, async (delivery) => {
        const release = await findRelease(delivery.store, name);
        await unhold(delivery, release, flags.in, await whoAnswers(delivery, terminal), flags.reason);
        terminal.stdout.write(printable(`${nameOfRelease(release)} may be promoted to ${flags.in} again\n`));
      });
      exit(0);
    });
};

const HELP = `
A rollback holds what it removed. This says that it may come back, and why.

Example:
  $ llmci unhold support-reply@3 --in production --reason "the data were wrong"
`;

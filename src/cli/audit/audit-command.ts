import type { Configure } from '../command.js';

interface AuditFlags {
  readonly cwd?: string;
  readonly json?: boolean;
}

export const configure: Configure = (command, terminal, exit) => {
  command
    .option('--cwd <dir>', 'work in this folder')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText('after', HELP)
    .action(async (flags: AuditFlags) => {
      const { EXIT } = await import('../../core/text/exit-code.js');
      const { count } = await import('../../core/text/format.js');
      const { printable } = await import('../../core/text/printable.js');
      const { printableJson } = await import('../../core/text/write-json.js');
      const { audit } = await import('../../release/audit.js');
      const { requireHome } = await import('../../release/delivery.js');
      const { environmentsOf } = await import('../../release/history.js');
      const { withDelivery } = await import('../open-delivery.js');
      await withDelivery(flags.cwd, terminal, async (delivery) => {
        await requireHome(delivery);
        const audited = await audit(delivery, await environmentsOf(delivery));
        const { lines, releases, unsigned, unproved, broken } = audited;
        const looked = `${count(lines, 'line')} of ledgers and ${count(releases, 'release')}`;
        const found = broken.map(({ where, why }) => `${where}: ${why}`);
        const before = `${count(unsigned, 'line')} from before the first signature: as good as the names there.`;
        const back = unproved.map(({ where, why }) => `${where}: ${why}, unsigned: going back waits for no key.`);
        const text = [
          ...found,
          broken.length === 0 ? `All holds: ${looked}.` : `${count(broken.length, 'fault')} in ${looked}.`,
          ...back,
          ...(unsigned > 0 ? [before] : []),
        ].join('\n');
        terminal.stdout.write(printable(`${flags.json ? printableJson(audited, 2) : text}\n`));
        exit(broken.length === 0 ? EXIT.pass : EXIT.fail);
      });
    });
};

const HELP = `
Checks that no line of a ledger and no release was changed, removed, repeated or
put in another order since llmci wrote it, that evidence is of the prompts it
was taken for, and that nobody approved a release of their own. Where the file
allowed_signers is there, it verifies every signature too. Exit code 1 when
something does not hold; the first link that is broken is named first.
`;

import { z } from 'zod';
import { nameOfRelease } from '../../core/releases/decision.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { ledgerLineSchema } from '../../model/ledger.js';
import { releaseRefSchema } from '../../model/release.js';
import { type RolledBack, rollBack } from '../../release/rollback.js';
import { wrapLines } from '../../reporters/layout/layout.js';
import { askGateway } from '../ask-gateway.js';
import { tellUnsigned, whoeverIsHere, withDelivery } from '../open-delivery.js';
import { tellDeployment } from '../tell-deployment.js';
import type { Terminal } from '../terminal.js';

/** The flags of rollback as commander parses them. */
export interface RollbackFlags {
  readonly in: string;
  readonly to?: number;
  readonly reason?: string;
  readonly at?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The rollback command. Returns the exit code. */
export async function rollbackFromCli(prompt: string, flags: RollbackFlags, terminal: Terminal): Promise<number> {
  const { in: environment, at, to, reason } = flags;
  if (at !== undefined) {
    tellBack(
      await askGateway(at, 'rollback', { environment, prompt, to, reason }, backSchema, terminal),
      flags,
      terminal,
    );
    return EXIT.pass;
  }
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const by = await whoeverIsHere(delivery, terminal);
    const back = await rollBack(delivery, { prompt, environment, to: to ?? null, by, reason: reason ?? null });
    tellBack(back, flags, terminal);
    tellUnsigned(delivery, back.line, terminal);
    await tellDeployment(delivery, environment, back.line, terminal);
    return EXIT.pass;
  });
}

/** As a gateway answers. */
const backSchema = z.object({ removed: releaseRefSchema, to: releaseRefSchema, line: ledgerLineSchema });

function tellBack(back: RolledBack, { in: environment, json }: RollbackFlags, { stdout }: Terminal): void {
  const text = json
    ? printableJson(back, 2)
    : wrapLines(
        `${nameOfRelease(back.to)} is live in ${environment}; ${nameOfRelease(back.removed)} is held: nobody can promote it there until llmci unhold`,
        stdout.columns,
      );
  stdout.write(printable(`${text}\n`));
}

import { nameOf } from '../../core/releases/decision.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { writeJson } from '../../core/text/write-json.js';
import { rollBack } from '../../release/rollback.js';
import { tellUnsigned, whoeverIsHere, withDelivery } from '../open-delivery.js';
import { tellDeployment } from '../tell-deployment.js';
import type { Terminal } from '../terminal.js';

/** The flags of rollback as commander parses them. */
export interface RollbackFlags {
  readonly in: string;
  readonly to?: number;
  readonly reason?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The rollback command. Returns the exit code. */
export async function rollbackFromCli(prompt: string, flags: RollbackFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const back = await rollBack(delivery, {
      prompt,
      environment: flags.in,
      to: flags.to ?? null,
      by: await whoeverIsHere(delivery, terminal),
      reason: flags.reason ?? null,
    });
    const text = flags.json
      ? writeJson(back, 2)
      : `${nameOf(back.to)} is live in ${flags.in}; ${nameOf(back.removed)} is held: nobody can promote it there until llmci unhold`;
    terminal.stdout.write(printable(`${text}\n`));
    tellUnsigned(delivery, back.line, terminal);
    await tellDeployment(delivery, flags.in, back.line, terminal);
    return EXIT.pass;
  });
}

import { nameOfRelease } from '../../core/releases/decision.js';
import { type ArmChoice, type Asker, chooseArm } from '../../core/rollouts/choose-arm.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { formatShare } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { didYouMean } from '../../core/text/suggest.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Snapshot } from '../../model/snapshot.js';
import { policyOf } from '../../release/delivery.js';
import { checkOf } from '../../release/signers.js';
import { readSnapshot } from '../../store/state/environments.js';
import { withDelivery } from '../open-delivery.js';
import type { Terminal } from '../terminal.js';

/** The flags of assign as commander parses them. */
export interface AssignFlags {
  readonly in: string;
  readonly prompt?: string;
  readonly cohort?: readonly string[];
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The assign command. Returns the exit code. */
export async function assignFromCli(unit: string, flags: AssignFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    policyOf(delivery, flags.in);
    const { prompts } = await readSnapshot(delivery.store, flags.in, checkOf(delivery.signers));
    const chosen = prompts.filter(({ prompt }) => flags.prompt === undefined || prompt === flags.prompt);
    if (chosen.length === 0) {
      const guess = didYouMean(
        flags.prompt ?? '',
        prompts.map(({ prompt }) => prompt),
      );
      throw new LlmciError('not-live', { prompt: flags.prompt ?? '', environment: flags.in, guess });
    }
    const assigned = chosen.map((served) => assignedOf(served, { unit, cohorts: flags.cohort ?? [] }));
    const text = flags.json
      ? printableJson(assigned, 2)
      : assigned.map(({ release, arm, why }) => `${release}  ${arm}: ${why}`).join('\n');
    terminal.stdout.write(printable(`${text}\n`));
    return EXIT.pass;
  });
}

function assignedOf({ prompt, live, rollout }: Snapshot['prompts'][number], asker: Asker) {
  const control = nameOfRelease({ prompt, number: live.number });
  if (rollout === null)
    return { prompt, release: control, arm: 'control' as const, rollout: null, why: 'no rollout is under way' };
  const choice = chooseArm(rollout, asker);
  const release = choice.arm === 'candidate' ? nameOfRelease({ prompt, number: rollout.candidate.number }) : control;
  return { prompt, release, arm: choice.arm, rollout: rollout.name, why: whyOf(choice, rollout.weight) };
}

function whyOf({ arm, included, place }: ArmChoice, weight: number): string {
  if (included !== null) return `the rollout includes ${included} at any share`;
  const side = arm === 'candidate' ? 'below' : 'not below';
  return `its place is ${formatShare(place)}, which is ${side} the share of ${formatShare(weight)}`;
}

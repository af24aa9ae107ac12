import { nameOfRelease, type Reason } from '../../core/releases/decision.js';
import { describeLine } from '../../core/releases/describe-line.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Release } from '../../model/release.js';
import type { UsualCalls } from '../../model/usual-calls.js';
import { loadLive } from '../../project/suites/load-live.js';
import { type Delivery, policyOf } from '../../release/delivery.js';
import { findRelease, readWhole } from '../../release/find-releases.js';
import { type Promoted, promote, provedState } from '../../release/promote.js';
import { wrapLines } from '../../reporters/layout/layout.js';
import { openOut } from '../../store/git/out-folder.js';
import { readReferred } from '../../store/state/environments.js';
import { talliesOf } from '../gateway-tallies.js';
import { whoAnswers, withDelivery } from '../open-delivery.js';
import { tellDeployment } from '../tell-deployment.js';
import type { Terminal } from '../terminal.js';
import { textOfForecast } from './forecast-text.js';

/** The flags of promote as commander parses them. */
export interface PromoteFlags {
  readonly to: string;
  readonly all?: boolean;
  readonly from?: string;
  readonly note?: string;
  readonly override?: boolean;
  readonly force?: boolean;
  readonly reason?: string;
  readonly out: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The promote command. Returns the exit code. */
export async function promoteFromCli(
  names: readonly string[],
  flags: PromoteFlags,
  terminal: Terminal,
): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const { rollout } = policyOf(delivery, flags.to);
    const releases = await chosen(delivery, names, flags);
    const out = await openOut(delivery.root, flags.out);
    const promoted = await promote(delivery, {
      releases,
      to: flags.to,
      by: await whoAnswers(delivery, terminal),
      note: flags.note ?? null,
      override: flags.reason ?? null,
      // A rollout that is written wrong keeps nothing waiting that goes live at once
      live: rollout === undefined || rollout.strategy === 'direct' ? new Map() : await loadLive(delivery.root),
      usual: await usualCalls(delivery, flags),
      force: flags.force ?? false,
      out,
    });
    const { columns } = terminal.stdout;
    const told = describe(promoted, flags, columns ?? 100);
    const text = flags.json ? printableJson(promoted, 2) : wrapLines(told, columns);
    terminal.stdout.write(printable(`${text}\n`));
    if (promoted.outcome === 'done') await tellDeployment(delivery, flags.to, promoted.line, terminal);
    return promoted.outcome === 'refused' ? EXIT.fail : EXIT.pass;
  });
}

/** A help, no more: what cannot be read is not there. */
async function usualCalls(delivery: Delivery, { to, out }: PromoteFlags): Promise<readonly UsualCalls[]> {
  const tallies = await talliesOf(delivery, to, out).catch(() => []);
  return tallies.flatMap(({ usual = [] }) => usual);
}

function chosen(
  delivery: Delivery,
  names: readonly string[],
  { all, from }: PromoteFlags,
): Promise<readonly Release[]> {
  if (from !== undefined) return liveIn(delivery, from);
  return all ? newestOfEach(delivery) : readAll(delivery, names);
}

async function newestOfEach({ store }: Delivery): Promise<readonly Release[]> {
  const newest = [...(await store.releases())].map(([prompt, numbers]) =>
    readWhole(store, prompt, numbers.at(-1) ?? 1),
  );
  return Promise.all(newest);
}

/** Those that are named, each once. Throws `bad-flag` for two of one prompt: one of them could be live. */
async function readAll({ store }: Delivery, names: readonly string[]): Promise<readonly Release[]> {
  const releases = new Map<string, Release>();
  for (const name of names) {
    const release = await findRelease(store, name);
    const other = releases.get(release.prompt);
    if (other && other.number !== release.number) {
      const why = `both are of ${release.prompt}, and only one of them can be live: name one`;
      throw new LlmciError('bad-flag', {
        flag: `${nameOfRelease(other)}, ${nameOfRelease(release)}`,
        why,
        command: 'promote',
      });
    }
    releases.set(release.prompt, release);
  }
  return [...releases.values()];
}

async function liveIn(delivery: Delivery, from: string): Promise<readonly Release[]> {
  policyOf(delivery, from);
  const state = await provedState(delivery, from);
  return Promise.all([...state.live.values()].map(({ release }) => readReferred(delivery.store, release)));
}

function describe(promoted: Promoted, { to, from, override }: PromoteFlags, width: number): string {
  switch (promoted.outcome) {
    case 'nothing':
      return promoted.live.length === 0
        ? from === undefined
          ? 'There is no release yet: llmci release makes them.'
          : `Nothing is live in ${from}.`
        : `Live in ${to} already: ${promoted.live.join(', ')}.`;
    case 'done':
      return [
        `${describeLine(promoted.line)} in ${to}, line ${promoted.line.n} of its ledger`,
        ...(promoted.forecast ? [textOfForecast(promoted.forecast, width)] : []),
      ].join('\n');
    case 'refused': {
      const lines = promoted.reasons.flatMap(({ message, remedy }: Reason) => [`  ${message}`, `    ${remedy}`]);
      const over = override
        ? promoted.mayOverride
          ? '\nEnd the rollout first.'
          : `\nYou may not override the policy of ${to}: it names who may under \`override\`.`
        : '';
      return `${to} says no, for ${count(promoted.reasons.length, 'reason')}; nothing was changed:\n${lines.join('\n')}${over}`;
    }
  }
}

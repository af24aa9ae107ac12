import { nameOfRelease } from '../../core/releases/decision.js';
import { describeLine, reasonOfLine } from '../../core/releases/describe-line.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { writeJson } from '../../core/text/write-json.js';
import { parseQuantity } from '../../model/written-quantity.js';
import { blame } from '../../release/blame.js';
import { readReferred } from '../../store/state/environments.js';
import { withDelivery } from '../open-delivery.js';
import { describeEvidence } from '../release/release-from-cli.js';
import type { Terminal } from '../terminal.js';

/** The flags of blame as commander parses them. */
export interface BlameFlags {
  readonly in: string;
  readonly at?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The blame command. Returns the exit code. */
export async function blameFromCli(prompt: string, flags: BlameFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const at = timeOf(flags.at, delivery.date());
    const blamed = await blame(delivery, prompt, flags.in, at);
    if (blamed === null) {
      const text = `No release of ${prompt} was live in ${flags.in} at ${at.toISOString()}.`;
      terminal.stdout.write(printable(`${flags.json ? 'null' : text}\n`));
      return EXIT.fail;
    }
    const { live, line } = blamed;
    const release = await readReferred(delivery.store, live.release);
    const evidence = live.moved?.evidence ?? release.evidence;
    const reason = reasonOfLine(line);
    const lines = [
      `${nameOfRelease(live.release)} was live in ${flags.in} at ${at.toISOString()}`,
      `  since ${live.since}: ${live.by.name} ${describeLine(line)}`,
      ...(reason === null ? [] : [`  because ${reason}`]),
      `  released by ${release.author.name} at ${release.at}, commit ${release.commit ?? 'unknown'}`,
      `  ${describeEvidence(evidence, at.getTime())}`,
    ];
    const data = {
      at: at.toISOString(),
      ...live,
      action: line,
      author: release.author,
      commit: release.commit,
      evidence,
    };
    terminal.stdout.write(printable(`${flags.json ? writeJson(data, 2) : lines.join('\n')}\n`));
    return EXIT.pass;
  });
}

function timeOf(written: string | undefined, now: Date): Date {
  if (written === undefined) return now;
  const ago = parseQuantity(written);
  // As all that is shown, a time is of UTC unless it says otherwise, on whatever machine it is asked
  const [, day, time, zone = 'Z'] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d[\d:.]*)(Z|[+-]\d\d:?\d\d)?$/.exec(written) ?? [];
  const at = ago?.unit === 'ms' ? new Date(now.getTime() - ago.value) : new Date(`${day}T${time}${zone}`);
  // `2026-11-28` alone is a day, and a number is some year
  if (Number.isNaN(at.getTime()))
    throw new LlmciError('bad-flag', {
      flag: '--at',
      why: `"${written}" is no time like 2026-11-28T14:00Z, or 2h`,
      command: 'blame',
    });
  return at;
}

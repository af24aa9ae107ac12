import { nameOfRelease } from '../../core/releases/decision.js';
import { describeLine, reasonOfLine } from '../../core/releases/describe-line.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { blame } from '../../release/blame.js';
import { wrap } from '../../reporters/layout/layout.js';
import { readReferred } from '../../store/state/environments.js';
import { withDelivery } from '../open-delivery.js';
import { describeEvidence } from '../release/release-from-cli.js';
import type { Terminal } from '../terminal.js';
import { timeOf } from '../time-of.js';

/** The flags of blame as commander parses them. */
export interface BlameFlags {
  readonly in: string;
  readonly at?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const WIDTH = 80;

/** The blame command. Returns the exit code. */
export async function blameFromCli(prompt: string, flags: BlameFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const now = delivery.date();
    const at = flags.at === undefined ? now : timeOf(flags.at, now, { flag: '--at', command: 'blame' });
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
    const told = [
      `since ${live.since}: ${live.by.name} ${describeLine(line)}`,
      ...(reason === null ? [] : [`because ${reason}`]),
      `released by ${release.author.name} at ${release.at}, commit ${release.commit ?? 'unknown'}`,
      describeEvidence(evidence, now.getTime()),
    ];
    const width = Math.min(terminal.stdout.columns ?? WIDTH, 120);
    const lines = [
      `${nameOfRelease(live.release)} was live in ${flags.in} at ${at.toISOString()}`,
      ...told.flatMap((text) => wrap(text, width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`)),
    ];
    const data = {
      at: at.toISOString(),
      ...live,
      action: line,
      author: release.author,
      commit: release.commit,
      evidence,
    };
    terminal.stdout.write(printable(`${flags.json ? printableJson(data, 2) : lines.join('\n')}\n`));
    return EXIT.pass;
  });
}

import { describeLine, reasonOfLine } from '../../core/releases/describe-line.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable, printableLine } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { type Happened, readHistory } from '../../release/history.js';
import { wrap } from '../../reporters/layout/layout.js';
import { withDelivery } from '../open-delivery.js';
import type { Terminal } from '../terminal.js';
import { timeOf } from '../time-of.js';

/** The flags of history as commander parses them. */
export interface HistoryFlags {
  readonly in?: string;
  readonly by?: string;
  readonly since?: string;
  readonly limit?: number;
  readonly cwd?: string;
  readonly json?: boolean;
}

const WIDTH = 80;

/** The history command. Returns the exit code. */
export async function historyFromCli(prompt: string | null, flags: HistoryFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const said = { flag: '--since', command: 'history' };
    const since = flags.since === undefined ? null : timeOf(flags.since, delivery.date(), said).getTime();
    const wanted = { prompt, environment: flags.in ?? null, by: flags.by ?? null, since };
    const happened = (await readHistory(delivery, wanted)).slice(0, flags.limit);
    const width = Math.min(terminal.stdout.columns ?? WIDTH, 120);
    const text = flags.json
      ? printableJson(
          happened.map(({ environment, prompts, line }) => ({ environment, prompts, ...line })),
          2,
        )
      : happened.flatMap((each) => describe(each, width)).join('\n') || 'Nothing has happened.';
    terminal.stdout.write(printable(`${text}\n`));
    return EXIT.pass;
  });
}

function describe({ environment, line }: Happened, width: number): readonly string[] {
  const head = `${line.at.slice(0, 16).replace('T', ' ')}  ${printableLine(environment, 100)}  ${printableLine(line.by.name, 40)} ${describeLine(line)}`;
  const reason = reasonOfLine(line);
  const [first = '', ...rest] = wrap(head, width);
  const said = reason === null ? [] : wrap(printableLine(reason, 500), width - 4);
  return [first, ...[...rest, ...said].map((text) => `    ${text}`)];
}

import { resolve } from 'node:path';
import { dotenvOf } from '../../core/releases/export-dotenv.js';
import { flagdOf } from '../../core/releases/export-flagd.js';
import { typescriptOf } from '../../core/releases/export-ts.js';
import { sealedText } from '../../core/releases/snapshot.js';
import { canonicalJson } from '../../core/text/canonical.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Snapshot } from '../../model/snapshot.js';
import { policyOf } from '../../release/delivery.js';
import { checkOf } from '../../release/signers.js';
import { readSnapshot } from '../../store/state/environments.js';
import { withDelivery } from '../open-delivery.js';
import { reportPlace, reportToFile } from '../report-file.js';
import type { Terminal } from '../terminal.js';

/** The flags of export as commander parses them. */
export interface ExportFlags {
  readonly format: keyof typeof FORMATS;
  readonly to?: string;
  readonly cwd?: string;
}

/** Each gives the text of a state; the same state always the same text. */
const FORMATS = {
  json: (snapshot: Snapshot) => `${sealedText(snapshot, 2)}\n`,
  flagd: (snapshot: Snapshot) => `${printableJson(JSON.parse(canonicalJson(flagdOf(snapshot))), 2)}\n`,
  ts: typescriptOf,
  dotenv: (snapshot: Snapshot) => {
    const text = dotenvOf(snapshot);
    if (typeof text === 'string') return text;
    throw new LlmciError('bad-flag', {
      flag: '--format dotenv',
      why: `${text.clash.join(' and ')} would have one name`,
      command: 'export',
    });
  },
} as const;

/** The export command. Returns the exit code. */
export async function exportFromCli(environment: string, flags: ExportFlags, terminal: Terminal): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    policyOf(delivery, environment);
    const text = FORMATS[flags.format](await readSnapshot(delivery.store, environment, checkOf(delivery.signers)));
    if (flags.to === undefined) terminal.stdout.write(text);
    else {
      const place = reportPlace(resolve(flags.cwd ?? terminal.cwd()), flags.to);
      await reportToFile(place, terminal, async (sink) => sink.write(text));
    }
    return EXIT.pass;
  });
}

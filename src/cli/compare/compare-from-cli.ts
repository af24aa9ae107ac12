import { resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableJson } from '../../core/text/write-json.js';
import { findRoot } from '../../project/source/files.js';
import { reportComparison } from '../../reporters/compare/compare-console.js';
import { compareByName } from '../../runs/baselines/compare-by-name.js';
import { openOut } from '../../store/git/out-folder.js';
import { reportPlace, reportToFile, streamSink } from '../report-file.js';
import type { Terminal } from '../terminal.js';

/** The flags of compare as commander parses them. */
export interface CompareFlags {
  readonly by?: 'model' | 'prompt';
  readonly html?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly out: string;
  readonly cwd?: string;
}

/** Cases with their outputs, of those that improved and of those that regressed, for each column. */
const SHOWN = { console: 3, markdown: 10, html: 50, json: 1000 } as const;

/** The compare command: reads both sides, compares, shows. Returns the exit code. */
export async function compareFromCli(
  names: readonly [string, string] | readonly [string],
  flags: CompareFlags,
  terminal: Terminal,
): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const printed = flags.json ? SHOWN.json : flags.markdown ? SHOWN.markdown : SHOWN.console;
  const shown = Math.max(printed, flags.html === undefined ? 0 : SHOWN.html);
  const comparison = await compareByName(names, { root, out: await openOut(root, flags.out), cwd }, shown, flags.by);
  const { html } = flags;
  if (html !== undefined) {
    const { writeComparisonPage } = await import('../../reporters/compare/compare-html.js');
    await reportToFile(reportPlace(cwd, html), terminal, (sink) => writeComparisonPage(comparison, sink, SHOWN.html));
  }
  const sink = streamSink(terminal);
  if (flags.json) await sink.write(`${printableJson(comparison, 2)}\n`);
  else if (flags.markdown) {
    const { compareMarkdown } = await import('../../reporters/compare/compare-markdown.js');
    await sink.write(`${compareMarkdown(comparison, SHOWN.markdown)}\n`);
  } else await reportComparison(comparison, sink, SHOWN.console);
  if (comparison.columns.some(({ metrics }) => metrics.length > 0)) return EXIT.pass;
  const why = comparison.alone[0]?.why ?? comparison.columns[0]?.notComparable[0]?.why ?? 'there are no scores';
  throw new LlmciError('nothing-to-compare', { why });
}

import { count } from '../../core/text/format.js';
import type { ImportedFile, ImportFinding } from '../../importers/importer.js';
import { blocks, type Problem } from '../../model/problem.js';
import { wrapLines } from '../../reporters/layout/layout.js';
import { listProblems } from '../show-error.js';

/** What an import came to. */
export interface ImportOutcome {
  readonly root: string;
  readonly written: boolean;
  readonly files: readonly ImportedFile[];
  readonly report: readonly ImportFinding[];
  /** What is wrong with the files, or worth a word. */
  readonly problems: readonly Problem[];
  /** Those that exist already. */
  readonly existing: readonly string[];
}

const HEADS = {
  refused: 'Not taken over',
  changed: 'Taken over, and means something else',
  taken: 'Taken over as it is',
} as const;

/** What became of a source, for people: what needs them first. */
export function describeImport(outcome: ImportOutcome, dryRun: boolean, columns?: number): string {
  const { report, problems } = outcome;
  const parts = (Object.keys(HEADS) as (keyof typeof HEADS)[]).flatMap((status) => {
    const found = report.filter((finding) => finding.status === status);
    return found.length === 0
      ? []
      : [`${HEADS[status]} (${found.length})\n${wrapLines(found.map(line).join('\n'), columns)}`];
  });
  if (problems.length > 0) parts.push(`Of the new files\n${listProblems(problems)}`);
  return `${[...parts, ending(outcome, dryRun)].join('\n\n')}\n`;
}

function line({ what, place, note }: ImportFinding): string {
  const said = note === '' ? '' : `: ${note}`;
  return `  ${place.file}:${place.line}:${place.column}  ${what}${said}`;
}

function ending({ root, written, files, existing, problems }: ImportOutcome, dryRun: boolean): string {
  if (files.length === 0) return 'Nothing was written: there is nothing to take over.';
  const names = files.map(({ path }) => `  ${path}`).join('\n');
  const errors = problems.filter(blocks).length;
  if (existing.length > 0)
    return `Nothing was written, for these exist already:\n${existing.map((path) => `  ${path}`).join('\n')}\n${advise(existing, files)}`;
  if (errors > 0)
    return `Nothing was written: ${count(errors, 'problem')} in what would have been. If it is not llmci.yaml, this is a fault of llmci; please report it.`;
  if (!written) return `${dryRun ? 'Would write' : 'Files'} in ${root}\n${names}`;
  const judged = files.some(({ path }) => path.endsWith('.eval.yaml'))
    ? '  npx llmci eval --dry-run   what a run would cost'
    : '  evals/NAME.eval.yaml       write cases, metrics and gates: without a suite nothing is evaluated';
  return `Written in ${root}\n${names}\n\nNext\n  npx llmci lint             what is most likely a mistake\n${judged}`;
}

function advise(existing: readonly string[], files: readonly ImportedFile[]): string {
  const config = files.find(({ path }) => path === 'llmci.yaml');
  if (existing.length !== 1 || existing[0] !== 'llmci.yaml' || !config)
    return 'Move them away, or write to another folder with --into DIR.';
  return `Add to it what it lacks, and import again:\n\n${config.text}`;
}

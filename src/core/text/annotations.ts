import type { Finding, FindingLevel } from '../../model/finding.js';
import { count } from './format.js';
import { breakCommands, printable, stripEscapes } from './printable.js';

/** GitHub shows so many of a level of one step, and drops the rest without a word. */
const MOST_SHOWN = 10;
/** Longer ones are cut: an annotation is a hint, and the log has a limit too. */
const LONGEST_MESSAGE = 2000;
const LONGEST_TITLE = 200;

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<FindingLevel, string>;

/**
 * Findings as workflow commands of GitHub, a line each, in their order: at most 10 errors, 10 warnings and 10 notices, of
 * which the last says how many of what were left out. A file is named by its path from the root of the repository.
 */
export function workflowCommands(findings: readonly Finding[]): readonly string[] {
  const shown = (level: FindingLevel, most: number) =>
    findings.filter((finding) => finding.level === level).slice(0, most);
  const of = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const errors = shown('error', MOST_SHOWN);
  const warnings = shown('warning', MOST_SHOWN);
  const isCut = of('error') > MOST_SHOWN || of('warning') > MOST_SHOWN || of('note') > MOST_SHOWN;
  const notes = shown('note', isCut ? MOST_SHOWN - 1 : MOST_SHOWN);
  const left = [
    [of('error') - errors.length, 'error'],
    [of('warning') - warnings.length, 'warning'],
    [of('note') - notes.length, 'note'],
  ] as const;
  const rest = left.filter(([number]) => number > 0).map(([number, what]) => count(number, `more ${what}`));
  return [
    ...[...errors, ...warnings, ...notes].map(commandOf),
    ...(rest.length > 0 ? [`::notice title=llmci::${escapeData(`${rest.join(', ')}: see the report`)}`] : []),
  ];
}

function commandOf({ rule, level, message, title, place }: Finding): string {
  const properties = [
    ...(place === null
      ? []
      : [`file=${escapeProperty(stripEscapes(place.file))}`, `line=${place.line}`, `col=${place.column}`]),
    `title=${escapeProperty(cut(title ?? rule, LONGEST_TITLE).replaceAll('\n', ' '))}`,
  ];
  return `::${COMMANDS[level]} ${properties.join(',')}::${escapeData(cut(message, LONGEST_MESSAGE))}`;
}

/** What the runner takes back when it reads a message (actions/runner, ActionCommand). */
function escapeData(text: string): string {
  // The runner also looks for the older `##[command]` in a line, and other systems for theirs
  return breakCommands(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property `:` and `,` would end it. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The text without what a terminal or a log would act on, cut at so many characters. */
function cut(text: string, length: number): string {
  const clean = printable(text.slice(0, 4 * length)).trim();
  const characters = [...clean];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : clean;
}

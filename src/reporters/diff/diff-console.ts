import { printable, printableLine } from '../../core/text/printable.js';
import type { Diff, DiffedPrompt } from '../../model/diff.js';
import type { Risk } from '../../model/prompt.js';
import type { PromptEdit } from '../../model/prompt-change.js';
import { padToWidth, widthOf } from '../layout/layout.js';
import { Page, unpainted } from '../layout/page.js';
import type { ReportSink } from '../layout/sink.js';
import { markWords, paintMarks } from '../layout/word-marks.js';
import {
  cutSame,
  decidingReasons,
  describeDiff,
  describeEdit,
  describeFacts,
  describeIdentity,
  describeName,
  describeRendered,
  describeRules,
  describeUnderstated,
} from './diff-words.js';

const LABEL_WIDTH = 18;

/** Shows what has changed, the riskiest prompt first and the outcome last. Texts of files are made printable. */
export async function reportDiff(diff: Diff, sink: ReportSink): Promise<void> {
  const page = new Page(sink);
  writeDiff(page, diff);
  await sink.write(page.text());
}

export function writeDiff(page: Page, diff: Diff): void {
  for (const prompt of diff.prompts) writePrompt(page, prompt);
  const rules = describeRules(diff);
  if (rules.length > 0) page.title('Rules', 'suites, gates, cases, baselines, judge');
  for (const { risk, text } of rules)
    page.paragraph(printableLine(text, 400), unpainted, `  ${paintRisk(page, risk)} `);
  if (diff.broken.length > 0) page.title('Not compared', 'these files cannot be read');
  for (const { side, file, line, column, message } of diff.broken) {
    const name = side === 'from' ? diff.from.name : diff.to.name;
    page.paragraph(printable(`${file}:${line}:${column}  ${message}`), unpainted, `  ${printableLine(name, 40)}  `);
  }
  page.blank();
  page.line(`${printableLine(diff.from.name, 60)} → ${printableLine(diff.to.name, 60)}: ${describeDiff(diff)}`);
}

function writePrompt(page: Page, prompt: DiffedPrompt): void {
  page.blank();
  page.line(`${page.paint.bold(printableLine(describeName(prompt), 80))}  ${paintRisk(page, prompt.risk).trim()}`);
  page.paragraph(printableLine(describeIdentity(prompt), 200), page.paint.dim, '  ');
  const understated = describeUnderstated(prompt);
  if (understated !== null) page.paragraph(understated, page.paint.red, '  ! ');
  page.blank();
  for (const { text } of decidingReasons(prompt)) field(page, `why ${prompt.risk}`, text);
  page.blank();
  for (const edit of prompt.edits) {
    writeEdit(page, edit);
  }
  if (prompt.rendered) {
    page.blank();
    field(page, 'rendered', describeRendered(prompt.rendered));
    for (const edit of prompt.rendered.edits) writeEdit(page, edit);
  }
  page.blank();
  for (const [label, text] of describeFacts(prompt)) field(page, label, text);
}

/** One edit in lines, with the words that are gone and that have come. */
export function writeEdit(page: Page, edit: PromptEdit): void {
  const { label, text, words, whole } = describeEdit(edit);
  field(page, label, text);
  if (words) page.paragraph(markWords(cutSame(words)), paintMarks(page.paint), '      ');
  for (const { kind, text: all } of whole) {
    const [sign, paint] = kind === 'added' ? ['+', page.paint.green] : ['-', page.paint.red];
    page.paragraph(printable(all), paint, `    ${sign} `);
  }
}

function field(page: Page, label: string, text: string): void {
  const first = `  ${padToWidth(printableLine(label, 40), LABEL_WIDTH - 1)} `;
  const head = widthOf(first) > LABEL_WIDTH + 2 ? `${first}  ` : first;
  page.paragraph(printable(text), unpainted, page.paint.dim(head));
}

function paintRisk(page: Page, risk: Risk): string {
  const text = padToWidth(`${risk} risk`, 11);
  if (risk === 'high') return page.paint.red(text);
  return risk === 'medium' ? page.paint.yellow(text) : page.paint.dim(text);
}

import { printableLine } from '../core/text/printable.js';
import type { Migration } from '../model/migration.js';
import { Page, unpainted } from './layout/page.js';
import type { ReportSink } from './layout/sink.js';

const WORDS = { pass: 'may move', fail: 'breaks', unknown: 'could not be told' } as const;

/** What moving to another model would do to each prompt; what was written comes last, with a message to commit it with. */
export async function reportMigration(migration: Migration, sink: ReportSink): Promise<void> {
  const page = new Page(sink);
  const { from, to, prompts, refused, judge, runId, written } = migration;
  page.title(
    `${printableLine(from, 60)} → ${printableLine(to, 60)}`,
    runId === null ? 'nothing was run' : `run ${runId}`,
  );
  for (const { prompt, verdict, reasons, figures } of prompts) {
    const paint = { pass: page.paint.green, fail: page.paint.red, unknown: page.paint.yellow }[verdict];
    page.blank();
    page.line(`  ${page.paint.bold(printableLine(prompt, 60))}  ${paint(WORDS[verdict])}`);
    for (const reason of reasons) page.paragraph(printableLine(reason, 600), unpainted, '    ✗ ');
    for (const figure of figures) page.paragraph(printableLine(figure, 300), page.paint.dim, '    ');
  }
  for (const { prompt, message } of refused) {
    page.blank();
    page.line(`  ${page.paint.bold(printableLine(prompt, 60))}  ${page.paint.red('is refused')}`);
    page.paragraph(printableLine(message, 600), unpainted, '    ✗ ');
  }
  if (judge !== null) {
    page.title('The judge of llmci.yaml', judge.verdict === 'pass' ? 'may move' : 'not moved');
    for (const { metric, verdict, reason } of judge.metrics)
      page.paragraph(printableLine(`${metric}: ${reason}`, 600), unpainted, verdict === 'pass' ? '  ✓ ' : '  ✗ ');
    page.paragraph(
      'Another judge gives other scores: bless new baselines before any prompt is judged by it.',
      unpainted,
      '  ',
    );
  }
  page.blank();
  if (written.length === 0) page.line(describeOutcome(migration));
  else {
    page.line(`Written: ${written.join(', ')}. Baselines and cassettes are of the old model: run and bless anew.`);
    page.title('A message to commit it with');
    page.blank();
    for (const line of commitMessage(migration)) page.paragraph(printableLine(line, 400), unpainted, '  ');
  }
  await sink.write(page.text());
}

/** Says why, as a commit should: the evidence that the change rests on. */
function commitMessage({ from, to, prompts, judge, runId }: Migration): readonly string[] {
  const moved = prompts.filter(({ verdict }) => verdict === 'pass');
  const agreed = judge?.verdict === 'pass' ? judge.metrics : null;
  const what = [...moved.map(({ prompt }) => prompt), ...(agreed ? ['the judge'] : [])];
  return [
    `Move ${what.join(', ')} to ${to}`,
    '',
    ...(moved.length > 0 ? [`It passes on ${to}, judged beside ${from} in run ${runId}:`] : []),
    ...moved.flatMap(({ figures }) => figures.map((figure) => `- ${figure}`)),
    ...(agreed ? [`The judge agrees with people on ${to}:`] : []),
    ...(agreed ?? []).map(({ metric, reason }) => `- ${metric}: ${reason}`),
  ];
}

function describeOutcome({ prompts, refused, judge }: Migration): string {
  const judges = judge === null ? [] : [judge];
  const able = [...prompts, ...judges].filter(({ verdict }) => verdict === 'pass').length;
  const all = prompts.length + refused.length + judges.length;
  if (all === 0) return 'No prompt is on it.';
  return `${able} of ${all} may move${able > 0 ? ': --write changes their files' : ''}.`;
}

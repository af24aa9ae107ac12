import { printableLine } from '../../core/text/printable.js';
import type { Review } from '../../model/review.js';
import { Page, unpainted } from '../layout/page.js';
import type { ReportSink } from '../layout/sink.js';
import { writeDiff } from './diff-console.js';
import {
  describeLack,
  describeLint,
  describeRefused,
  describeRun,
  describeSigned,
  describeSignOff,
} from './review-words.js';

/** What has changed, what a run says of it, and who has signed; the outcome last. */
export async function reportReview(review: Review, sink: ReportSink): Promise<void> {
  const page = new Page(sink);
  writeDiff(page, review.diff);
  if (review.lint.length > 0) page.title('Lint', 'in changed lines');
  for (const line of describeLint(review)) page.paragraph(printableLine(line, 600), unpainted, '  ');
  page.title('Verdict');
  for (const line of describeRun(review)) page.paragraph(printableLine(line, 1000), unpainted, '  ');
  const items = review.signOff.items.filter(
    ({ needed, signed, refused }) => needed + signed.length + refused.length > 0,
  );
  if (items.length > 0) page.title('Sign-off');
  for (const item of items) {
    page.line(`  ${page.paint.bold(printableLine(item.id, 80))}  ${item.risk} risk`);
    page.paragraph(printableLine(describeSigned(item), 400), unpainted, '    ');
    for (const line of describeRefused(item)) page.paragraph(printableLine(line, 300), page.paint.dim, '    not ');
    const lack = describeLack(item, review);
    if (lack !== null) page.paragraph(printableLine(lack, 400), page.paint.red, '    ✗ ');
  }
  page.blank();
  const { complete } = review.signOff;
  page.paragraph(printableLine(describeSignOff(review), 1000), complete ? unpainted : page.paint.red);
  await sink.write(page.text());
}

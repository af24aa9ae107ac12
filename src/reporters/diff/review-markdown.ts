import type { Review } from '../../model/review.js';
import { codeSpan, escapeMarkdown } from '../layout/markdown-text.js';
import { diffMarkdown } from './diff-markdown.js';
import {
  describeLack,
  describeLint,
  describeRefused,
  describeRun,
  describeSigned,
  describeSignOff,
} from './review-words.js';

/** The review as Markdown: whatever stands in prompts or names is text there, and no markup. */
export function reviewMarkdown(review: Review): string {
  const items = review.signOff.items.filter(
    ({ needed, signed, refused }) => needed + signed.length + refused.length > 0,
  );
  const signed = items.map((item) => {
    const lines = [describeLack(item, review), ...describeRefused(item).map((line) => `not ${line}`)].filter(
      (line) => line !== null,
    );
    const rest = lines.map((line) => `\n  - ${escapeMarkdown(line)}`).join('');
    return `- ${codeSpan(item.id)} (${item.risk} risk): ${escapeMarkdown(describeSigned(item))}${rest}`;
  });
  return [
    '### Review of prompts',
    diffMarkdown(review.diff),
    ...(review.lint.length > 0
      ? [
          `#### Lint\n\n${describeLint(review)
            .map((line) => `- ${escapeMarkdown(line, 600)}`)
            .join('\n')}`,
        ]
      : []),
    `#### Verdict\n\n${describeRun(review)
      .map((line) => `- ${escapeMarkdown(line, 1000)}`)
      .join('\n')}`,
    `#### Sign-off\n\n${[...signed, '', escapeMarkdown(describeSignOff(review), 1000)].join('\n').trim()}`,
  ].join('\n\n');
}
